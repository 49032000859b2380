package review

import (
	"errors"
	"strings"
	"testing"

	"blastguard/guard"
)

// rm is an operation that a dry run lists.
func rm(args ...guard.Word) *guard.Operation {
	return &guard.Operation{Program: "rm", Path: "rm", Args: args}
}

// playbook is a dry run with a line of every kind.
func playbook() guard.DryRun {
	return guard.DryRun{
		Findings: []guard.DryRunFinding{
			{File: "a.sh", Line: 2, Verdict: guard.NotGoverned, Text: "echo done", Op: &guard.Operation{Program: "echo", Path: "echo"}},
			{File: "a.sh", Line: 3, Verdict: guard.WillDepend, Text: `rm -r "$OLD"`, Policies: []string{"a", "b", "c"}, Op: rm(guard.Lits("-r", "/srv/old")...)},
			{File: "a.sh", Line: 4, Verdict: guard.WillDepend, Text: `sudo rm -r "$X"`, Policies: []string{"a", "b"}, Via: []string{"sudo", "env"}, Op: rm(guard.Lit("-r"), guard.Word{Text: `"$X"`, Reading: guard.OneWord})},
			{File: "a.sh", Line: 5, Verdict: guard.WillBeRefused, Text: `rm "$ETC"`, Policies: []string{"a"}, Op: rm(guard.Lit("/etc")), Checks: []guard.Check{
				{Policy: "a", Name: "rule.keep", Status: guard.Fails, Value: "/etc", Limit: "none of the system", Message: "it is kept", Pos: "a.hcl:3"},
			}, Problems: []guard.Problem{{What: "two of them", Pos: "a.hcl:9"}}},
			{File: "a.sh", Line: 12, Verdict: guard.WillBeAsked, Text: "rm \\\n  -r  pool \"$X\"", Policies: []string{"a", "b", "c"}, Asking: []string{"c"}, Unknown: []string{`"$X"`}, Op: rm(guard.Lits("-r", "pool")...), Checks: []guard.Check{
				{Policy: "a", Name: "rule.soft", Status: guard.Fails, Overridden: true, Pos: "a.hcl:5"},
			}},
			{File: "a.sh", Line: 13, Verdict: guard.CannotBeRead, Text: "./x.py --token hunter2", Reason: "it is \x1b[2J python", Op: &guard.Operation{Program: "x.py", Path: "./x.py"}},
			{File: "a.sh", Line: 14, Verdict: guard.NotGoverned, Text: ". ./b.sh", Reads: "b.sh", Op: &guard.Operation{Program: ".", Path: "."}},
			{File: "b.sh", Line: 1, Column: 7, Verdict: guard.IsFlawed, Reason: "no end of the quote"},
		},
		Counts:  guard.DryRunCounts{Operations: 7, Refused: 1, Asked: 1, Depends: 2, Opaque: 1, Ungoverned: 2, Errors: 1},
		Notes:   []string{"b.sh: not listed"},
		Secrets: []string{"hunter2"},
	}
}

func TestADryRunIsALineForEachFinding(t *testing.T) {
	for _, test := range []struct {
		name string
		all  bool
		want string
	}{
		{"what is governed", false, `a.sh:3    depends   rm -r /srv/old   a and 2 more
a.sh:4    depends   rm -r "$X" (through sudo → env)   a, b
a.sh:5    refused   rm "$ETC"   a
    that is: rm /etc
    a.rule.keep fails, /etc, none of the system, it is kept  a.hcl:3
    two of them  a.hcl:9
a.sh:12   asked     rm -r  pool "$X"   c
    a.rule.soft fails (overridden)  a.hcl:5
    not known before it runs: "$X"
a.sh:13   opaque    ./x.py --token [masked]
    it is \x1b[2J python
b.sh:1:7  error     no end of the quote
note: b.sh: not listed
7 operations: 1 refused, 1 asked, 2 depend on what is measured then, 1 opaque, 2 not governed (--trace lists them); 1 text that cannot be read to the end
`},
		{"everything", true, `a.sh:2    -         echo done
a.sh:3    depends   rm -r /srv/old   a and 2 more
a.sh:4    depends   rm -r "$X" (through sudo → env)   a, b
a.sh:5    refused   rm "$ETC"   a
    that is: rm /etc
    a.rule.keep fails, /etc, none of the system, it is kept  a.hcl:3
    two of them  a.hcl:9
a.sh:12   asked     rm -r  pool "$X"   c
    a.rule.soft fails (overridden)  a.hcl:5
    not known before it runs: "$X"
a.sh:13   opaque    ./x.py --token [masked]
    it is \x1b[2J python
a.sh:14   -         . ./b.sh
    reads b.sh
b.sh:1:7  error     no end of the quote
note: b.sh: not listed
7 operations: 1 refused, 1 asked, 2 depend on what is measured then, 1 opaque, 2 not governed; 1 text that cannot be read to the end
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			if err := DryRun(&b, playbook(), test.all, Style{}); err != nil || b.String() != test.want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, b.String(), test.want)
			}
		})
	}
}

func TestADryRunOfNothingSaysSo(t *testing.T) {
	for want, counts := range map[string]guard.DryRunCounts{
		"0 operations\n": {},
		"1 operation: 1 not governed (--trace lists it)\n":                          {Operations: 1, Ungoverned: 1},
		"1 operation: 1 depends on what is measured then\n":                         {Operations: 1, Depends: 1},
		"0 operations; 2 texts that cannot be read to the end\n":                    {Errors: 2},
		"3 operations: 1 opaque, 2 not governed (--trace lists them)\n":             {Operations: 3, Opaque: 1, Ungoverned: 2},
		"2 operations: 1 refused, 1 asked; 1 text that cannot be read to the end\n": {Operations: 2, Refused: 1, Asked: 1, Errors: 1},
	} {
		var b strings.Builder
		if err := DryRun(&b, guard.DryRun{Counts: counts}, false, Style{}); err != nil || b.String() != want {
			t.Errorf("%v %q, want %q", err, b.String(), want)
		}
	}
}

func TestADryRunHasColoursWhereTheyAreWanted(t *testing.T) {
	var plain, coloured strings.Builder
	if err := errors.Join(DryRun(&plain, playbook(), true, Style{}), DryRun(&coloured, playbook(), true, Style{Color: true})); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Error("there are colours in a plain dry run")
	}
	for _, want := range []string{"\x1b[1;31mrefused \x1b[0m", "\x1b[1;31merror   \x1b[0m", "\x1b[33mopaque  \x1b[0m", "\x1b[1masked   \x1b[0m", "  depends   ", "  -         "} {
		if !strings.Contains(coloured.String(), want) {
			t.Errorf("no %q in\n%q", want, coloured.String())
		}
	}
}
