package command

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// words makes an argument list: "?" is one unknown word, "*" any number.
func words(texts ...string) []guard.Word {
	list := make([]guard.Word, len(texts))
	for i, text := range texts {
		switch text {
		case "?":
			list[i] = guard.Word{Text: `"$X"`, Reading: guard.OneWord, Reason: "expands when the shell runs"}
		case "*":
			list[i] = guard.Word{Text: "$X", Reading: guard.AnyNumber, Reason: "expands when the shell runs"}
		default:
			list[i] = guard.Lit(text)
		}
	}
	return list
}

func op(program string, args ...string) *guard.Operation {
	return &guard.Operation{Program: program, Args: words(args...)}
}

// show prints a value so that a table can hold it.
func show(v Value) string {
	switch {
	case !v.Known && v.AtLeast > 0:
		return fmt.Sprintf("unknown, at least %d", v.AtLeast)
	case !v.Known:
		return "unknown"
	case v.Null:
		return "null"
	}
	list, isList := v.V.([]Value)
	if !isList {
		return fmt.Sprint(v.V)
	}
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = show(one)
	}
	return "[" + strings.Join(texts, " ") + "]"
}

func showRead(read Read) string {
	names := make([]string, 0, len(read.Args))
	for name := range read.Args {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s=%s; ", name, show(read.Args[name]))
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func rm() *Command {
	return &Command{
		Name: "rm", Programs: []string{"rm"},
		Flags: []Flag{
			{Name: "force", Short: []string{"f"}, Type: Bool},
			{Name: "recursive", Short: []string{"r", "R"}, Type: Bool},
		},
		Operands: []Operand{{Name: "paths", Type: List, Required: true, Target: PathTarget}},
	}
}

func capacity() *Command {
	return &Command{
		Name: "remove", Programs: []string{"s3-capacity"}, Subcommand: []string{"remove"},
		Flags: []Flag{
			{Name: "subsystem", Short: []string{"s"}, Required: true, Target: NameTarget},
			{Name: "count", Short: []string{"n"}, Type: Number, Required: true},
			{Name: "verbose", Short: []string{"v"}, Type: Bool},
			{Name: "region"},
			{Name: "host", Short: []string{"H"}, Type: List},
			{Name: "password", Sensitive: true},
			{Name: "wait", Type: Duration, Default: "5s"},
		},
	}
}

func chmod() *Command {
	return &Command{
		Name: "chmod", Programs: []string{"chmod"},
		Flags: []Flag{{Name: "recursive", Short: []string{"R"}, Type: Bool}},
		Operands: []Operand{
			{Name: "mode", Required: true},
			{Name: "paths", Type: List, Required: true, Target: PathTarget},
		},
	}
}

func dd() *Command {
	return &Command{
		Name: "dd", Programs: []string{"dd"}, Style: Words,
		Flags: []Flag{{Name: "output", Long: []string{"of"}, Target: PathTarget}, {Name: "bs"}},
	}
}

func find() *Command {
	return &Command{
		Name: "find", Programs: []string{"find"}, Style: Go,
		Flags:    []Flag{{Name: "delete", Type: Bool}, {Name: "name", Type: List}, {Name: "depth", Type: Number, Long: []string{"maxdepth"}}},
		Operands: []Operand{{Name: "paths", Type: List, Target: PathTarget}},
	}
}

func mv() *Command {
	return &Command{
		Name: "mv", Programs: []string{"mv"},
		Flags: []Flag{{Name: "suffix", Short: []string{"S"}}},
		Operands: []Operand{
			{Name: "sources", Type: List, Required: true, Target: PathTarget},
			{Name: "destination", Required: true, Target: PathTarget},
		},
	}
}

func pair() *Command {
	return &Command{
		Name: "pair", Programs: []string{"pair"}, Subcommand: []string{"set", "all"},
		Operands: []Operand{{Name: "a", Target: NameTarget}, {Name: "b", Target: NameTarget}},
	}
}

func TestReadValues(t *testing.T) {
	for name, test := range map[string]struct {
		command *Command
		args    []string
		want    string
	}{
		"bundled flags":                         {rm(), []string{"-rf", "a", "b"}, "force=true; paths=[a b]; recursive=true"},
		"flags behind the operands":             {rm(), []string{"a", "-R"}, "force=false; paths=[a]; recursive=true"},
		"a long flag and its abbreviation":      {rm(), []string{"--rec", "--force", "a"}, "force=true; paths=[a]; recursive=true"},
		"behind -- all are operands":            {rm(), []string{"-f", "--", "-r", "--"}, "force=true; paths=[-r --]; recursive=false"},
		"a dash is an operand":                  {rm(), []string{"-"}, "force=false; paths=[-]; recursive=false"},
		"an undeclared flag takes no value":     {rm(), []string{"--interactive", "a", "-v", "b"}, "force=false; paths=[a b]; recursive=false"},
		"undeclared in a bundle":                {rm(), []string{"-vrI", "a"}, "force=false; paths=[a]; recursive=true"},
		"an empty word is an operand":           {rm(), []string{"", "a"}, "force=false; paths=[ a]; recursive=false"},
		"one unknown word among operands":       {rm(), []string{"-r", "a", "?"}, "force=unknown; paths=[a unknown]; recursive=true"},
		"an unknown word behind --":             {rm(), []string{"-r", "--", "?"}, "force=false; paths=[unknown]; recursive=true"},
		"any number of words":                   {rm(), []string{"-r", "a", "*", "b"}, "force=unknown; paths=unknown, at least 2; recursive=true"},
		"any number behind --":                  {rm(), []string{"--", "*"}, "force=false; paths=unknown; recursive=false"},
		"a flag behind an unknown word":         {rm(), []string{"?", "-r", "a"}, "force=unknown; paths=[unknown a]; recursive=unknown"},
		"a bool flag that is switched off":      {rm(), []string{"--force=false", "a"}, "force=false; paths=[a]; recursive=false"},
		"single operands, then a list":          {chmod(), []string{"755", "-R", "/a", "/b"}, "mode=755; paths=[/a /b]; recursive=true"},
		"an unknown mode":                       {chmod(), []string{"?", "/a"}, "mode=unknown; paths=[/a]; recursive=unknown"},
		"any number instead of the mode":        {chmod(), []string{"*", "/a", "/b"}, "mode=unknown; paths=unknown, at least 1; recursive=unknown"},
		"a known mode before any number":        {chmod(), []string{"755", "*", "/b"}, "mode=755; paths=unknown, at least 1; recursive=unknown"},
		"a list, then a single operand":         {mv(), []string{"a", "b", "c"}, "destination=c; sources=[a b]; suffix=null"},
		"any number among sources":              {mv(), []string{"a", "*", "c"}, "destination=unknown; sources=unknown; suffix=unknown"},
		"unknown behind -- before the last":     {mv(), []string{"--", "?", "c"}, "destination=c; sources=[unknown]; suffix=null"},
		"unknown before the last":               {mv(), []string{"?", "c"}, "destination=unknown; sources=unknown; suffix=unknown"},
		"key=value":                             {dd(), []string{"if=/dev/zero", "of=/dev/sda", "bs=1M"}, "bs=1M; output=/dev/sda"},
		"the last of two keys":                  {dd(), []string{"of=a", "of=b"}, "bs=null; output=b"},
		"an unknown word in key=value":          {dd(), []string{"of=a", "?"}, "bs=unknown; output=unknown"},
		"one-dash long flags behind operands":   {find(), []string{"/a", "/b", "-name", "*.log", "-delete"}, "delete=true; depth=null; name=[*.log]; paths=[/a /b]"},
		"a quoted pattern":                      {find(), []string{"/a", "-name", "x", "-name=y", "--delete"}, "delete=true; depth=null; name=[x y]; paths=[/a]"},
		"a value that starts with a dash":       {find(), []string{"/a", "-maxdepth", "-1"}, "delete=false; depth=-1; name=null; paths=[/a]"},
		"short flags with values":               {capacity(), []string{"remove", "-vsbilling", "-n", "3"}, "count=3; host=null; password=null; region=null; subsystem=billing; verbose=true; wait=5"},
		"long flags with values":                {capacity(), []string{"--region", "eu", "remove", "--subsystem=billing", "--count", "3", "--wait=1m"}, "count=3; host=null; password=null; region=eu; subsystem=billing; verbose=false; wait=60"},
		"the later of two values":               {capacity(), []string{"remove", "-s", "a", "-n1", "--count=30"}, "count=30; host=null; password=null; region=null; subsystem=a; verbose=false; wait=5"},
		"a list flag collects":                  {capacity(), []string{"remove", "-s", "a", "-n1", "-Hx", "--host", "y"}, "count=1; host=[x y]; password=null; region=null; subsystem=a; verbose=false; wait=5"},
		"a single operand behind a known one":   {pair(), []string{"set", "all", "x", "y"}, "a=x; b=y"},
		"behind a word that may be a flag":      {pair(), []string{"set", "all", "?", "y"}, "a=unknown; b=unknown"},
		"behind an unknown word that is none":   {pair(), []string{"set", "all", "--", "?", "y"}, "a=unknown; b=y"},
		"an unknown value":                      {capacity(), []string{"remove", "-s", "?", "-n", "1"}, "count=1; host=null; password=null; region=null; subsystem=unknown; verbose=false; wait=5"},
		"any number as a value":                 {capacity(), []string{"-H", "a", "remove", "-n", "1", "-s", "*"}, "count=unknown; host=unknown, at least 1; password=unknown; region=unknown; subsystem=unknown; verbose=unknown; wait=unknown"},
		"-- as a value":                         {capacity(), []string{"remove", "-s", "--", "-n", "1"}, "count=1; host=null; password=null; region=null; subsystem=--; verbose=false; wait=5"},
		"an abbreviation of two declared flags": {capacity(), []string{"remove", "--ho=x", "-s", "a", "-n", "1"}, "count=1; host=[x]; password=null; region=null; subsystem=a; verbose=false; wait=5"},
	} {
		t.Run(name, func(t *testing.T) {
			got := showRead(test.command.Read(op(test.command.Programs[0], test.args...)))
			if got != test.want {
				t.Errorf("%q:\n got %s\nwant %s", test.args, got, test.want)
			}
		})
	}
}

func TestReadProblems(t *testing.T) {
	opaque := op("rm")
	opaque.Opaque = "a script"
	for name, test := range map[string]struct {
		command *Command
		op      *guard.Operation
		want    []string
	}{
		"nothing is wrong":             {rm(), op("rm", "a"), nil},
		"a required operand is absent": {rm(), op("rm", "-r"), []string{`paths is required: absent or empty never means "all"`}},
		"a required operand is empty":  {rm(), op("rm", "-r", ""), []string{`paths is required: absent or empty never means "all"`}},
		"an unknown word may be it":    {rm(), op("rm", "*"), nil},
		"required flags are absent": {capacity(), op("s3-capacity", "remove", "-s", ""), []string{
			`--subsystem is required: absent or empty never means "all"`,
			`--count is required: absent or empty never means "all"`,
		}},
		"a number that is none":              {capacity(), op("s3-capacity", "remove", "-s", "a", "-n", "3x"), []string{`-n: "3x" is not a plain decimal number of at most 40 digits`}},
		"a number with an exponent":          {capacity(), op("s3-capacity", "remove", "-s", "a", "-n1e3"), []string{`-n: "1e3" is not a plain decimal number of at most 40 digits`}},
		"a duration without a unit":          {capacity(), op("s3-capacity", "remove", "-s", "a", "-n1", "--wait=90"), []string{`--wait: duration "90": want numbers with the units w, d, h, m, s or ms, as in 1h30m`}},
		"a value is missing":                 {capacity(), op("s3-capacity", "remove", "-n1", "-s"), []string{"-s needs a value, and nothing follows it", `--subsystem is required: absent or empty never means "all"`}},
		"an extra operand":                   {capacity(), op("s3-capacity", "remove", "-n1", "-sa", "index"), []string{`extra operand "index", which command "remove" does not declare`}},
		"an extra unknown word":              {capacity(), op("s3-capacity", "remove", "-n1", "-sa", "--", "?"), []string{`extra operand "\"$X\"", which command "remove" does not declare`}},
		"the value of an undeclared flag":    {capacity(), op("s3-capacity", "--zone", "b", "remove", "-n1", "-sa"), []string{`extra operand "b", which command "remove" does not declare (nor is the flag --zone declared, whose value it may be)`}},
		"an ambiguous abbreviation":          {&Command{Name: "x", Flags: []Flag{{Name: "dry-run", Type: Bool}, {Name: "drop", Type: Bool}}}, op("x", "--dr"), []string{"--dr may be --dry-run or --drop: write it out"}},
		"more operands than single ones":     {mv(), op("mv", "a"), []string{`destination is required: absent or empty never means "all"`}},
		"more than can be operands":          {pair(), op("pair", "set", "all", "--", "x", "*", "y", "z"), []string{"at least 3 operands, but pair takes 2"}},
		"the rest of a subcommand is none":   {pair(), op("pair", "*", "set", "all", "x", "y"), nil},
		"an opaque operation has no problem": {rm(), opaque, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.command.Read(test.op).Problems; !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	truncated := &guard.Operation{On: "truncate", Args: words("-f")}
	for name, test := range map[string]struct {
		command *Command
		op      *guard.Operation
		want    bool
	}{
		"another program":                         {rm(), op("rmdir", "a"), false},
		"the program":                             {rm(), op("rm"), true},
		"a redirection":                           {rm(), truncated, false},
		"a declared redirection":                  {&Command{Programs: []string{"truncate"}, On: []string{"truncate"}}, truncated, true},
		"no program":                              {rm(), op(""), false},
		"the subcommand":                          {capacity(), op("s3-capacity", "remove"), true},
		"behind a global flag and its value":      {capacity(), op("s3-capacity", "--region", "eu", "-v", "remove"), true},
		"another subcommand":                      {capacity(), op("s3-capacity", "plan", "remove"), false},
		"no subcommand":                           {capacity(), op("s3-capacity", "-v"), false},
		"the subcommand as a flag's value":        {capacity(), op("s3-capacity", "--region", "remove"), false},
		"behind an undeclared flag with a value":  {capacity(), op("s3-capacity", "--zone", "b", "remove"), true},
		"behind an undeclared flag without one":   {capacity(), op("s3-capacity", "--quiet", "remove"), true},
		"an undeclared flag with its value in it": {capacity(), op("s3-capacity", "--zone=b", "plan"), false},
		"an unknown word may be it":               {capacity(), op("s3-capacity", "?"), true},
		"any number of words may hold it":         {capacity(), op("s3-capacity", "*", "plan"), true},
		"an unknown word behind another":          {capacity(), op("s3-capacity", "plan", "*"), false},
		"two words of a subcommand":               {pair(), op("pair", "set", "all"), true},
		"only the first of two":                   {pair(), op("pair", "set"), false},
		"another second word":                     {pair(), op("pair", "set", "one", "all"), false},
		"an unknown second word":                  {pair(), op("pair", "set", "?"), true},
		"an opaque operation":                     {capacity(), &guard.Operation{Program: "s3-capacity", Opaque: "unreadable"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.command.Matches(test.op); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestOpaqueKnowsNothing(t *testing.T) {
	opaque := op("rm", "-f", "a")
	opaque.Opaque = "unknown flag of nice"
	read := rm().Read(opaque)
	if got, want := showRead(read), "force=unknown; paths=unknown; recursive=unknown"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(read.Targets) != 1 || read.Targets[0].Word.Reading != guard.AnyNumber {
		t.Errorf("targets %v: want one that may be anything", read.Targets)
	}
}

func TestRedirectionIsReadAsItsCommandLine(t *testing.T) {
	truncate := &Command{Name: "truncate", On: []string{"truncate"}, Flags: []Flag{{Name: "size", Short: []string{"s"}}},
		Operands: []Operand{{Name: "paths", Type: List, Target: PathTarget}}}
	read := truncate.Read(&guard.Operation{On: "truncate", Args: words("--size=0", "--", "-s")})
	if got, want := showRead(read), "paths=[-s]; size=0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTargetsAndSecrets(t *testing.T) {
	read := capacity().Read(op("s3-capacity", "remove", "-s", "a", "--subsystem=b", "-n1", "--password=x", "--password", "y", "?"))
	var targets []string
	for _, target := range read.Targets {
		targets = append(targets, target.Arg+" "+target.Word.Text)
	}
	if want := []string{"subsystem a", "subsystem b", `subsystem "$X"`}; !slices.Equal(targets, want) {
		t.Errorf("targets %q, want %q", targets, want)
	}
	if want := []string{"x", "y"}; !slices.Equal(read.Secrets, want) {
		t.Errorf("secrets %q, want %q", read.Secrets, want)
	}
}

func TestDefaultsAreTargets(t *testing.T) {
	c := find()
	c.Operands[0].Default = []string{"."}
	for _, args := range [][]string{{"-delete"}, {"-delete", "."}} {
		if got := c.Read(op("find", args...)).Targets; len(got) != 1 || got[0].Word.Text != "." {
			t.Errorf("%q: targets %v, want the default directory", args, got)
		}
	}
}

func TestDefaultTargets(t *testing.T) {
	c := &Command{Operands: []Operand{{Name: "mode"}, {Name: "paths"}}}
	c.DefaultTargets()
	if c.Operands[0].Target != NameTarget || c.Operands[1].Target != PathTarget {
		t.Errorf("got %v", c.Operands)
	}
	declared := chmod()
	declared.DefaultTargets()
	if declared.Operands[0].Target != NotTarget {
		t.Error("a command that declares a target was given others")
	}
}

// 100,000 words are read in time linear in them: a quadratic reader would not
// come back within the test's patience.
func TestManyWords(t *testing.T) {
	args := make([]string, 100_000)
	for i := range args {
		args[i] = []string{"-f", "file", "?", "--recursive", "--undeclared"}[i%5]
	}
	read := rm().Read(op("rm", args...))
	if got := len(read.Args["paths"].V.([]Value)); got != 40_000 {
		t.Errorf("got %d paths, want 40000", got)
	}
}
