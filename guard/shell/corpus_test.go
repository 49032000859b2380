package shell

import (
	commandline "flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
)

var update = commandline.Bool("update", false, "write what is read now into testdata; review the difference")

// here is the fixed world of the cases.
func here() Context {
	return Context{
		Dir:     "/work",
		Env:     []string{"HOME=/home/me", "PATH=/usr/bin"},
		Account: guard.Account{Known: true, Name: "me", UID: 1000, Home: "/home/me"},
		Lookup: func(name string) (guard.Account, bool) {
			switch name {
			case "root", "0":
				return guard.Account{Known: true, Name: "root", UID: 0, Home: "/root"}, true
			case "postgres", "26":
				return guard.Account{Known: true, Name: "postgres", UID: 26, Home: "/var/lib/postgresql"}, true
			default:
				return guard.Account{}, false
			}
		},
	}
}

// shown is an operation as the files in testdata write it: the command line,
// with <one word> and <any number of words…> that are not known, then what is
// not as in here().
func shown(op guard.Operation) string {
	parts := []string{op.Program}
	if op.Program == "" {
		parts[0] = "<" + op.Path + ">"
	}
	for _, word := range op.Args {
		switch word.Reading {
		case guard.Literal:
			parts = append(parts, guard.CommandLine([]string{word.Text}))
		case guard.OneWord:
			parts = append(parts, "<"+guard.Printable(word.Text)+">")
		default:
			parts = append(parts, "<"+guard.Printable(word.Text)+"…>")
		}
	}
	notes := []string{}
	if op.Builtin {
		notes = append(notes, "builtin")
	}
	if op.On != "" {
		notes = append(notes, "on "+op.On)
	}
	if len(op.Via) > 0 {
		notes = append(notes, "via "+strings.Join(op.Via, " | "))
	}
	switch {
	case op.Account.Known && op.Account.UID != 1000:
		notes = append(notes, "as "+op.Account.Name)
	case !op.Account.Known:
		notes = append(notes, "as ?"+op.Account.Name)
	}
	switch {
	case op.Dir.Reading != guard.Literal:
		notes = append(notes, "in ?")
	case op.Dir.Text != "/work":
		notes = append(notes, "in "+op.Dir.Text)
	}
	if op.Server != "" {
		by := "by " + op.Server
		if op.Far {
			by += " (far)"
		}
		notes = append(notes, by)
	}
	if op.Opaque != "" {
		notes = append(notes, "OPAQUE: "+op.Opaque)
	}
	line := strings.Join(parts, " ")
	if len(notes) > 0 {
		line += "    # " + strings.Join(notes, "; ")
	}
	return line
}

// Each file of testdata holds cases: "== sentence", the shell text, "--", and
// one line for each operation.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata: %v, %d files", err, len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { corpusFile(t, file) })
	}
}

func corpusFile(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(data), "== ")
	out := head
	for _, item := range strings.Split(body, "\n== ") {
		name, rest, _ := strings.Cut(item, "\n")
		text, want, _ := strings.Cut(rest, "\n--\n")
		text = strings.TrimRight(text, "\n")
		var lines []string
		for _, op := range Text(text, here()) {
			lines = append(lines, shown(op))
		}
		got := strings.Join(lines, "\n")
		out += "== " + name + "\n" + text + "\n--\n" + got + "\n\n"
		if !*update {
			t.Run(name, func(t *testing.T) {
				if want = strings.TrimSpace(want); got != want {
					t.Errorf("%s\ngot:\n%s\nwant:\n%s", text, got, want)
				}
			})
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.TrimRight(out, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
