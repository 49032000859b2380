package dryrun

import (
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/postgres"
	"blastguard/guard/shell"
	"blastguard/policies"
)

func TestWhatCannotBeReadBeforeItRuns(t *testing.T) {
	for line, want := range map[string]bool{
		"rm -rf a": false, "echo done": false, "grep -c x \"$F\"": false, "sed -i s/a/b/ f": false,
		"python3 rotate.py": true, "make teardown": true, "make --version": false, "./deploy now": true, "npm run build": true, "sh ./x.sh": true,
		"awk '{print $1}'": false, "awk -F: -v a=b '$3 > 80 || $1 {print}' f": false, "awk '{system(\"rm \" $1)}'": true, "awk '{print | \"sh\"}'": true,
		"awk -f prog.awk": true, "awk \"$PROG\"": true, "gawk '@load \"x\"; BEGIN {}'": true,
		"ssh db2": false, "ssh db2 reboot": true, "docker ps": false, "docker exec a rm b": true, "kubectl get pods": false, "kubectl -n x exec a -- rm b": true,
		"eval \"$X\"": true, "$X a": true, ". ./lib.sh": true, "source \"$X\"": true, "xargs rm": false, "sudo --unheard rm a": true, "bash": true,
	} {
		got := false
		for _, step := range shell.List(shell.Script{Shell: "bash", Text: line}).Steps {
			got = got || unreadable(step.Operation) != ""
		}
		if got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

func TestPathsBesideAScript(t *testing.T) {
	file := scriptFile{path: "/repo/lib/a.sh", zero: "/repo"}
	for word, want := range map[string]string{
		`"$(dirname "$0")/b.sh"`: "/repo/b.sh", `$(dirname $0)/b.sh`: "/repo/b.sh", `"$(dirname -- "$0")/../b.sh"`: "/b.sh", `"${0%/*}/b.sh"`: "/repo/b.sh",
		`"$(dirname "${BASH_SOURCE[0]}")/b.sh"`: "/repo/lib/b.sh", `"$(dirname "$BASH_SOURCE")/x/b.sh"`: "/repo/lib/x/b.sh", `"${BASH_SOURCE%/*}/b.sh"`: "/repo/lib/b.sh",
		`"$DIR/b.sh"`: "", `"$(dirname "$1")/b.sh"`: "", `"$(dirname "$0")/$X"`: "", `b.sh`: "",
	} {
		got, ok := file.beside(word)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q %v, want %q", word, got, ok, want)
		}
	}
	if _, ok := (scriptFile{}).beside(`"$(dirname "$0")/b.sh"`); ok {
		t.Error("standard input has no directory")
	}
}

// shipped are the policies that come with guard.
func shipped() (*policy.Set, error) {
	kinds := append(probe.Kinds(), datadir.Kind(), postgres.Kind())
	set, diagnostics := policy.Load(policies.Files(), policy.Options{Kinds: kinds})
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return set, nil
}

// A command of the script that stands for many must not be foreseen by the
// words of another one.
func TestOperationsThatPoliciesTellApartAreForeseenApart(t *testing.T) {
	r, err := newRunner(Config{Policies: shipped})
	if err != nil {
		t.Fatal(err)
	}
	text := "rm -rf a\nrm -rf /etc\nrm -rf \"$X\"\nrm -rf \"$Y\"\nrm -rf a\nrm '-rf a'\nchmod 600 a\nchmod -R 600 a\n"
	r.text(scriptFile{shown: "x"}, shell.Script{Shell: "bash", Text: text, By: r.nowhere()}, func(line, column int) (int, int) { return line, column })
	want := []guard.Foreseen{guard.WillDepend, guard.WillBeRefused, guard.WillDepend, guard.WillDepend, guard.WillDepend, guard.WillBeRefused, guard.WillDepend, guard.WillDepend}
	for i, found := range r.out.Findings {
		if i >= len(want) || found.Verdict != want[i] {
			t.Errorf("line %d: %s %v", found.Line, found.Verdict, found.Policies)
		}
		fresh := r.set.Foresee(*found.Op)
		if len(fresh.Policies) != len(found.Policies) {
			t.Errorf("line %d: %v, and asked anew %v", found.Line, found.Policies, fresh.Policies)
		}
	}
	if n := r.out.Counts; n.Operations != 8 || n.Refused != 2 || r.done().Status != guard.StatusRefused {
		t.Errorf("%+v", n)
	}
}
