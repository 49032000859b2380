package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"blastguard/guard"
	"blastguard/guard/process"
)

// changesUser finds the programs that change the user, where a shell would run
// them. It may find one in a text that is only printed; then the way that works
// is a detour, and no harm.
var changesUser = regexp.MustCompile(`(?:^|[\s;&|({` + "`" + `"'=])(sudo|su|doas|pkexec)(?:\s+[-\w./$"'{]|\s*$)`)

// setID says which line of the script would change the user. Supervised by an
// unprivileged guard it could not, and the script would break off half way.
func (b *playbook) setID() *guard.Problem {
	for _, name := range b.texts() {
		for i, line := range strings.Split(string(b.beginning(name)), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			if found := changesUser.FindStringSubmatch(line); found != nil {
				return &guard.Problem{
					What: fmt.Sprintf("%s cannot change the user below an unprivileged guard", found[1]),
					Next: b.wayThatWorks(),
					Pos:  fmt.Sprintf("%s:%d", name, i+1),
				}
			}
		}
	}
	return nil
}

func (b *playbook) wayThatWorks() string {
	return `run it as: sudo guard run --as "$USER" -- ` + guard.CommandLine(b.request.Argv)
}

// texts are the files that the command is known to read its steps from.
func (b *playbook) texts() []string {
	names := []string{b.executable()}
	if base := filepath.Base(b.request.Argv[0]); base == "make" || base == "gmake" {
		names = append(names, b.inDir("GNUmakefile"), b.inDir("makefile"), b.inDir("Makefile"))
	}
	for _, op := range recognise(b.request) {
		for _, word := range op.Args {
			if word.Reading == guard.Literal && word.Text != "" && !strings.HasPrefix(word.Text, "-") {
				names = append(names, b.inDir(word.Text))
				break
			}
		}
	}
	var texts []string
	for _, name := range names {
		// A program of the machine holds words of every kind.
		if text := b.beginning(name); len(text) > 0 && !strings.HasPrefix(string(text), "\x7fELF") {
			texts = append(texts, name)
		}
	}
	return texts
}

func (b *playbook) inDir(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(b.request.Dir, name)
}

// executable is the file that the command names, or "".
func (b *playbook) executable() string {
	found, err := process.Find(b.request)
	if err != nil {
		return ""
	}
	return found.Path
}
