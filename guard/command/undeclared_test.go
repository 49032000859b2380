package command

import (
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// pool is a made-up tool: poolctl VERB [POOL…].
func pool() *Command {
	return &Command{
		Name: "pool", Programs: []string{"poolctl"},
		Flags: []Flag{
			{Name: "count", Short: []string{"n"}, Type: Number},
			{Name: "force", Short: []string{"f"}, Type: Bool},
			{Name: "dry-run", Short: []string{"d"}, Type: Bool, Harmless: true},
			{Name: "colour", Short: []string{"c"}, Attached: true},
			{Name: "like", Short: []string{"l"}},
		},
		Operands: []Operand{
			{Name: "verb"},
			{Name: "size", Unless: []string{"like"}},
			{Name: "pools", Type: List, Target: NameTarget},
		},
	}
}

func TestFlagsThatNothingDeclares(t *testing.T) {
	for line, want := range map[string]string{
		"drain 5 a":                         "",
		"drain 5 a --all":                   "--all",
		"drain 5 a --all=yes":               "--all",
		"drain 5 a -x -x --all -y":          "-x --all -y",
		"drain 5 a -fx":                     "-x",
		"drain 5 a -xhunter2":               "-x", // the rest may be a password
		"drain 5 a -n5 -fn 6 --count=7 --c": "",
		"drain 5 -- a --all":                "",
		"drain 5 a --colour --colour=never": "",
	} {
		if got := strings.Join(pool().Read(op("poolctl", strings.Fields(line)...)).Undeclared, " "); got != want {
			t.Errorf("%s: undeclared are %q, want %q", line, got, want)
		}
	}
	words := dd().Read(op("dd", "if=a", "of=b", "oseek=7"))
	if got := strings.Join(words.Undeclared, " "); got != "if= oseek=" {
		t.Errorf("dd: undeclared are %q", got)
	}
}

// The list that a check sees is not known where a word may be one more flag.
func TestTheListOfOtherFlagsMayGrow(t *testing.T) {
	operation := op("poolctl", "drain", "5", "--all")
	operation.Args = append(operation.Args, guard.Word{Text: "$X", Reading: guard.AnyNumber})
	if others := pool().Read(operation).Others; others.Known || others.AtLeast != 1 {
		t.Errorf("the list is %+v", others)
	}
	if others := pool().Read(op("poolctl", "drain", "--all")).Others; show(others) != "[--all]" {
		t.Errorf("the list is %s", show(others))
	}
}

// The word after an undeclared flag may be its value: then each operand may
// be a later word.
func TestBehindAnUndeclaredFlagOperandsAreInDoubt(t *testing.T) {
	for _, test := range []struct {
		line, verb, size, pools string
	}{
		{"drain 5 a", "drain", "5", "[a]"},
		{"drain 5 a --all", "drain", "5", "[a]"},
		{"--all=x drain 5 a", "drain", "5", "[a]"},
		{"--message upgrade drain 5 a", "?", "?", "[5 a]"},
		{"--message drain 5", "?", "?", "null"},
		{"-x drain", "?", "null", "null"},
		{"drain --message 5 6 a", "drain", "?", "[6 a]"},
		{"drain 5 --message 6 a", "drain", "5", "[6 a]"},
		{"drain 5 -x a", "drain", "5", "[a]"},
	} {
		args := pool().Read(op("poolctl", strings.Fields(test.line)...)).Args
		got := []string{doubtful(args["verb"]), doubtful(args["size"]), doubtful(args["pools"])}
		if want := []string{test.verb, test.size, test.pools}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", test.line, got, want)
		}
	}
}

func doubtful(value Value) string {
	if !value.Known {
		return "?"
	}
	return show(value)
}

// A list takes all words when one of them may be no operand, so that the device
// of "mkfs --new x DEV" is not taken for a size.
func TestAListTakesWhatMayBelongToIt(t *testing.T) {
	mkfs := &Command{
		Name: "mkfs", Programs: []string{"mkfs"},
		Operands: []Operand{{Name: "paths", Type: List, Target: PathTarget}, {Name: "size"}},
	}
	args := mkfs.Read(op("mkfs", "--new", "x", "/dev/sdb")).Args
	if got := show(args["paths"]); got != "[x /dev/sdb]" || args["size"].Known {
		t.Errorf("paths are %s, size %s", got, doubtful(args["size"]))
	}
	if args = mkfs.Read(op("mkfs", "/dev/sdb", "10G")).Args; show(args["paths"]) != "[/dev/sdb]" || show(args["size"]) != "10G" {
		t.Errorf("paths are %s, size %s", show(args["paths"]), show(args["size"]))
	}
}

func TestWhatChangesNothing(t *testing.T) {
	for line, want := range map[string]string{
		"drain 5 a":                "",
		"drain 5 a --dry-run":      "--dry-run",
		"--dry drain 5 a":          "", // the beginning of a flag may be another flag
		"drain -fd 5 a":            "-d",
		"drain 5 a --dry-run=no":   "",
		"drain 5 a -d --dry-run=0": "",
		"drain 5 -- a --dry-run":   "",
		"drain -n -d 5 a":          "", // the value of -n
		"drain --all --dry-run a":  "", // it may be the value of --all
		"drain --all=1 -d a":       "-d",
		"drain -xd a":              "", // x may take "d"
		"drain -cd a":              "", // c takes it
		"drain -x a -d":            "-d",
	} {
		if got := pool().Read(op("poolctl", strings.Fields(line)...)).Harmless; got != want {
			t.Errorf("%s: harmless by %q, want %q", line, got, want)
		}
	}
	unknown := op("poolctl", "drain")
	unknown.Args = append(unknown.Args, guard.Word{Text: "$X", Reading: guard.OneWord}, guard.Lit("--dry-run"))
	if got := pool().Read(unknown).Harmless; got != "" {
		t.Errorf("behind an unknown word it is harmless by %q", got)
	}
}

func TestWithoutOperands(t *testing.T) {
	bare := pool()
	bare.Bare = true
	for line, want := range map[string]string{"": "no operand", "-f": "no operand", "-f --": "no operand", "a": "", "--all": "", "--re": ""} {
		if line == "--re" {
			bare.Flags = append(bare.Flags, Flag{Name: "reset", Type: Bool})
		}
		if got := bare.Read(op("poolctl", strings.Fields(line)...)).Harmless; got != want {
			t.Errorf("%q: harmless by %q, want %q", line, got, want)
		}
	}
	if got := bare.Read(op("poolctl", "")).Harmless; got != "" {
		t.Errorf("an empty operand is harmless by %q", got)
	}
}

// A flag may stand in the place of an operand.
func TestAFlagInThePlaceOfAnOperand(t *testing.T) {
	args := pool().Read(op("poolctl", "drain", "--like", "a", "b", "c")).Args
	if !args["size"].Null || show(args["pools"]) != "[b c]" {
		t.Errorf("size is %s, pools are %s", show(args["size"]), show(args["pools"]))
	}
	operation := op("poolctl", "drain", "5", "b")
	operation.Args = append(operation.Args, guard.Word{Text: "$X", Reading: guard.OneWord})
	read := pool().Read(operation)
	if args = read.Args; args["size"].Known || len(read.Targets) != 3 {
		t.Errorf("size is %s, targets are %v", show(args["size"]), read.Targets)
	}
}

func TestOtherFlagsChangeNothing(t *testing.T) {
	c := pool()
	c.OtherFlags = true
	if got := c.Read(op("poolctl", "-xd")).Harmless; got != "" {
		t.Errorf("a letter in a word that may be a signal's name is harmless by %q", got)
	}
	read := c.Read(op("poolctl", "--verbose", "drain", "-x", "5", "a"))
	if show(read.Args["verb"]) != "drain" || show(read.Args["size"]) != "5" || show(read.Others) != "[--verbose -x]" {
		t.Errorf("got %v, others %s", read.Args, show(read.Others))
	}
}
