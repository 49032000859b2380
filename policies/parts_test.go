package policies

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/postgres"
	"blastguard/guard/shell"
)

// indexOf is the index of files that hold no problem, read back as it is kept.
func indexOf(t *testing.T, set *policy.Set, files []guard.PolicyFile) policy.Index {
	t.Helper()
	index, err := policy.ReadIndex(set.Index(files))
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func needs(t *testing.T, index policy.Index, ops ...guard.Operation) []policy.Part {
	t.Helper()
	parts, err := index.Needed(ops)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func loadParts(t *testing.T, files []guard.PolicyFile, parts []policy.Part) *policy.Set {
	t.Helper()
	set, err := policy.LoadParts(files, parts, policy.Options{Kinds: append(probe.Kinds(), datadir.Kind(), postgres.Kind())})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// What is decided by the parts that a command needs is what the whole decides.
func TestThePartsDecideAsTheWhole(t *testing.T) {
	whole, w, r := load(t, Files()), newWorld(), request()
	index := indexOf(t, whole, Files())
	sets := map[string]*policy.Set{}
	looked := 0
	for _, line := range slices.Concat(refused, asked, allowed) {
		ops := shell.Text(line, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account, Lookup: lookup})
		needed := needs(t, index, ops...)
		looked++
		key := ""
		for _, part := range needed {
			key += fmt.Sprintln(part)
		}
		if sets[key] == nil {
			sets[key] = loadParts(t, Files(), needed)
		}
		if got, want := w.decide(t, sets[key], r, ops), w.decide(t, whole, r, ops); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s by its parts, %s by the whole\n got %+v\nwant %+v", line, got.Effect, want.Effect, got, want)
		}
		for _, op := range ops {
			if sets[key].Governs(op) != whole.Governs(op) || sets[key].Unread(op) != whole.Unread(op) || !reflect.DeepEqual(sets[key].Foresee(op), whole.Foresee(op)) {
				t.Errorf("%s: %s is seen otherwise by its parts", line, op.Program)
			}
		}
	}
	if looked < 1300 {
		t.Errorf("only %d lines have parts", looked)
	}
}

func TestFewPartsAreNeeded(t *testing.T) {
	index := indexOf(t, load(t, Files()), Files())
	size := func(parts []policy.Part) (n int) {
		for _, part := range parts {
			n += part.To - part.From
		}
		return n
	}
	all := 0
	for _, file := range Files() {
		all += len(file.Content)
	}
	for program, most := range map[string]int{"rm": 8, "systemctl": 15, "cp": 8, "ls": 100000, "mkfs.ext4": 15} { // one of so many
		if needed := needs(t, index, guard.Operation{Program: program}); size(needed) > all/most {
			t.Errorf("%s: %d of %d bytes", program, size(needed), all)
		}
	}
}

// Locals belong to the directory of their file: those of the same name in another one
// are not taken for them.
func TestPartsTakeTheLocalsOfTheirDirectory(t *testing.T) {
	file := func(dir, limit string) guard.PolicyFile {
		return guard.PolicyFile{Path: dir + "/x.hcl", Origin: guard.HostFile, Content: strings.ReplaceAll(`
  locals {
    most = local.least + LIMIT
    least = 1
    other = 7
  }
policy "DIR" {
  applies_to = [command.rm, command.mv]
  rule "few" { condition = length(arg.paths) <= local.most }
}
`, "LIMIT", limit)}
	}
	files := append(Files(), file("/etc/a", "0"), file("/etc/b", "1"))
	for i := range files {
		files[i].Content = strings.ReplaceAll(files[i].Content, "DIR", strings.ReplaceAll(files[i].Path, "/", "-"))
	}
	needed := needs(t, indexOf(t, load(t, files), files), guard.Operation{Program: "mv"})
	var names []string
	for _, part := range needed {
		if part.Kind == policy.LocalPart && part.File >= len(Files()) {
			names = append(names, files[part.File].Path+" "+part.Name)
		}
	}
	if want := []string{"/etc/a/x.hcl most", "/etc/a/x.hcl least", "/etc/b/x.hcl most", "/etc/b/x.hcl least"}; !slices.Equal(names, want) {
		t.Errorf("got %q", names)
	}
	r := request()
	ops := shell.Text("mv notes.txt new.txt", shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account, Lookup: lookup})
	got, want := newWorld().decide(t, loadParts(t, files, needed), r, ops), newWorld().decide(t, load(t, files), r, ops)
	if !reflect.DeepEqual(got, want) || got.Effect != guard.Deny {
		t.Errorf("got %s, want %s", got.Effect, want.Effect)
	}
}

// However a block is written, its part can be parsed alone.
func TestPartsOfEveryFormLoad(t *testing.T) {
	text := "# ü\n  command \"one\" { program = \"one-line\" }\nlocals { few = 3 }\nlocals {\n  long = <<EOT\n} local.x\nEOT\n  flush = <<-EOT\n    a\n    EOT\n}\n" +
		"policy \"forms\" {\n  applies_to = [command.one]\n  rule \"r\" { condition = length(argv) < local.few && local.long != local.flush }\n}\r\n"
	files := append(Files(), guard.PolicyFile{Path: "/etc/forms/x.hcl", Origin: guard.HostFile, Content: text})
	whole := load(t, files)
	needed := needs(t, indexOf(t, whole, files), guard.Operation{Program: "one-line"})
	if len(needed) != 5 {
		t.Errorf("got %v", needed)
	}
	set, r := loadParts(t, files, needed), request()
	for _, words := range []string{"one-line", "one-line a b c"} {
		ops := shell.Text(words, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account, Lookup: lookup})
		r.Argv = strings.Fields(words)
		if got, want := newWorld().decide(t, set, r, ops), newWorld().decide(t, whole, r, ops); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", words, got, want)
		}
	}
}
