package policy

import (
	"strings"
	"testing"

	"blastguard/guard"
)

const commandMV = `
command "mv" {
  program = "mv"
  operand "paths" {
    type     = list(string)
    required = true
  }
}
`

// A log in /home/operator/state is hit by what removes it, not by what is put
// beside it.
func TestWhatHitsGuardsOwnFiles(t *testing.T) {
	text := commandRM + commandMV + strings.ReplaceAll(commandMV, "mv", "chmod") + `
policy "p" {
  applies_to = [command.rm, command.mv, command.chmod]
  rule "r" { condition = length(target.resolved) > 0 }
}
`
	set, diags := Load([]guard.PolicyFile{file("a.hcl", text)}, Options{Kinds: kinds(), Protect: []string{"/home/operator/state"}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, test := range []struct {
		name string
		argv []string
		want guard.Effect
	}{
		{"removing it", []string{"rm", "/home/operator/state"}, guard.Deny},
		{"removing a file of it", []string{"rm", "/home/operator/state/audit.db"}, guard.Deny},
		{"removing a directory above it", []string{"rm", "-r", "/home"}, guard.Deny},
		{"removing what lies beside it", []string{"rm", "/home/operator/notes"}, guard.Allow},
		{"removing a link to a directory above it", []string{"rm", "/link"}, guard.Allow},
		{"moving it away", []string{"mv", "/home/operator/state", "/srv"}, guard.Deny},
		{"moving a directory above it away", []string{"mv", "/home/operator", "/srv"}, guard.Deny},
		{"moving a link to a directory above it", []string{"mv", "/link", "/srv"}, guard.Allow},
		{"moving something into a directory above it", []string{"mv", "/srv/notes", "/home/operator"}, guard.Allow},
		{"moving something into it", []string{"mv", "/srv/audit.db", "/home/operator/state"}, guard.Deny},
		{"changing the mode of a directory above it", []string{"chmod", "755", "/home"}, guard.Allow},
		{"changing the mode of everything below one", []string{"chmod", "-vR", "755", "/home"}, guard.Deny},
		{"the same, in a long word", []string{"chmod", "--recurs", "755", "/home"}, guard.Deny},
		{"the same through a link", []string{"chmod", "-R", "755", "/link"}, guard.Deny},
		{"changing its mode", []string{"chmod", "755", "/home/operator/state"}, guard.Deny},
		{"moving a directory above it with -t", []string{"mv", "-t", "/srv", "/home/operator"}, guard.Deny},
		{"moving a directory above it with -vt", []string{"mv", "-vt", "/srv", "/home/operator"}, guard.Deny},
		{"moving a directory above it with --target-directory", []string{"mv", "--target=/srv", "/home/operator"}, guard.Deny},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := linked("/link", "/home/operator").run(t, set, test.argv...); got.Effect != test.want {
				t.Errorf("got %s, want %s: %v", got.Effect, test.want, got.Problems)
			}
		})
	}
}

// linked is the ordinary world with one link.
func linked(from, to string) world {
	w := ordinary()
	return w.with("resolve", func(ask guard.Ask) guard.Fact {
		fact := w["resolve"](ask)
		for _, one := range fact.Value.([]any) {
			if object := one.(map[string]any); object["resolved"] == from {
				object["real"], object["type"] = to, "link"
			}
		}
		return fact
	})
}

func TestTheSameNameInTwoDirectoriesIsTwoTargets(t *testing.T) {
	set := load(t, asking(""))
	inode := uint64(1)
	w := ordinary()
	w = w.with("resolve", func(ask guard.Ask) guard.Fact {
		fact := ordinary()["resolve"](ask)
		if ask.Args["dir"] == "/a" {
			fact.Value.([]any)[0].(map[string]any)["inode"] = inode
		}
		return fact
	})
	first, second := operation("rm", "x"), operation("rm", "x")
	first.Dir, second.Dir = guard.Lit("/a"), guard.Lit("/b")
	before, _ := w.decide(t, set, request("sh", "-c", "…"), first, second)
	if len(before.Targets) != 2 {
		t.Errorf("%d targets are shown, want 2: %v", len(before.Targets), before.Targets)
	}
	inode = 2
	after, _ := w.decide(t, set, request("sh", "-c", "…"), first, second)
	if len(guard.Changes(before, after)) == 0 {
		t.Error("another file in /a is no change")
	}
}

// Whatever program writes: what its command block says that it does to a path, also
// where no policy applies.
func TestWhatWritesOverGuardsOwnFiles(t *testing.T) {
	text := `
command "cp" {
  program   = "cp"
  otherwise = "harmless"
  operand "sources" { type = list(string) }
  operand "to" {
    does = "write"
    from = "sources"
  }
}
command "gzip" {
  program   = "gzip"
  otherwise = "harmless"
  operand "files" {
    type = list(string)
    does = "remove"
  }
}
command "hit" {
  on = ["write", "remove"]
  flag "from" { type = list(string) }
  operand "paths" {
    type   = list(string)
    target = "path"
  }
}
policy "p" {
  applies_to = [command.hit]
  when       = length(arg.paths) > 5
  confirm {}
}
`
	set, diags := Load([]guard.PolicyFile{file("a.hcl", text)}, Options{Kinds: kinds(), Protect: []string{"/home/operator/state"}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, test := range []struct {
		name string
		argv []string
		want guard.Effect
	}{
		{"onto a file of it", []string{"cp", "/srv/notes", "/home/operator/state/audit.db"}, guard.Deny},
		{"into it", []string{"cp", "/srv/notes", "/home/operator/state"}, guard.Deny},
		{"into a directory above it", []string{"cp", "/srv/notes", "/home/operator"}, guard.Allow},
		{"onto it, from a directory above it", []string{"cp", "/srv/state", "/home/operator"}, guard.Deny},
		{"beside it", []string{"cp", "/srv/notes", "/home/operator/notes"}, guard.Allow},
		{"reading it", []string{"cp", "/home/operator/state/audit.db", "/srv/copy"}, guard.Allow},
		{"removing a file of it", []string{"gzip", "/home/operator/state/audit.db"}, guard.Deny},
		{"nothing to write to", []string{"cp", "/srv/notes"}, guard.Allow},
		{"a flag that nobody declared", []string{"cp", "-x", "/srv/notes", "/home/operator/notes"}, guard.Confirm},
		{"such a flag, onto a file of it", []string{"cp", "-x", "/srv/notes", "/home/operator/state/audit.db"}, guard.Deny},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := linked("/link", "/home/operator").run(t, set, test.argv...); got.Effect != test.want {
				t.Errorf("got %s, want %s: %v", got.Effect, test.want, got.Problems)
			}
		})
	}
}
