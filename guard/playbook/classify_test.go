package playbook

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"blastguard/guard"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// What a program is does not depend on who asks: its other names, its versions and its
// path are the same to the playbook, to its question, to the dry run.
func TestAProgramIsTheSameByEveryName(t *testing.T) {
	type answers struct{ playbook, transparent, elsewhere bool }
	script, whole, away := answers{true, true, false}, answers{true, false, false}, answers{true, false, true}
	for line, want := range map[string]answers{
		"sh x.sh": script, "posh x.sh": script, "bash5 x.sh": script, "bash-5.2 -x x.sh": script, "ksh93 x.sh": script, "rzsh x.sh": script,
		"oksh x.sh": script, "yash x.sh": script, "/usr/bin/busybox sh x.sh": script, "busybox-1.36.1 ash x.sh": script, "env bash5 x.sh": script,
		"/bin/-bash x.sh": script, "make all": script, "make-4.3 all": script, "/opt/zsh-5.9/bin/zsh-5.9 x.sh": script,
		"python3 x.py": whole, "python3.12 x.py": whole, "python3.13t x.py": whole, "perl5.36 x.pl": whole, "tclsh8.6 x.tcl": whole, "luajit x.lua": whole,
		"expect x.exp": whole, "rc x.rc": whole, "nu x.nu": whole, "ninja all": whole, "pip3.11 install x": whole,
		"python3.12 -c 'import os'": away, "Rscript -e 'q()'": away, "pwsh -c 'rm x'": away, "gawk-5.1.0 -f x.awk": away, "mawk '{print}'": away,
		"terraform apply": away, "ansible-playbook x.yml": away, "lldb-15": away,
		"python3-config x": {}, "at2 now": {}, "cat2 x": {}, "rsh db1 ./x.sh": {}, "ls": {},
	} {
		ops := shell.Text(line, shell.Context{Dir: t.TempDir()})
		if len(ops) != 1 {
			t.Errorf("%s: %d operations", line, len(ops))
			continue
		}
		b := &classifier{request: guard.Request{Dir: t.TempDir()}, privileged: supervise.Privileged}
		got := answers{b.isPlaybook(ops[0]), b.isTransparent(ops[0]), b.isPlaybook(ops[0]) && actsElsewhere(ops[0])}
		if got != want {
			t.Errorf("%s is a playbook, transparent, elsewhere: %v, want %v", line, got, want)
		}
	}
}

func TestATextOfAShellByEveryName(t *testing.T) {
	for via, want := range map[string]bool{
		"sh -c": true, "posh -c": true, "bash5 -ec": true, "/opt/ksh93 -c": true, "zsh-static -c": true, "-bash -c": true,
		"python3 -c": false, "pwsh -c": false, "env -i": false, "sh": false, "bash5": false, "": false,
	} {
		if got := isShellText(via); got != want {
			t.Errorf("%q: %v, want %v", via, got, want)
		}
	}
}

// A shell on a terminal takes it for its jobs, whatever it is called.
func TestAShellOnATerminalIsInteractive(t *testing.T) {
	for line, want := range map[string]bool{
		"bash": true, "ksh93": true, "yash -i": true, "posh": true, "bash5 -l": true, "nu": true, "busybox ash": true,
		"bash x.sh": false, "ksh93 x.sh": false, "python3": false, "ls": false,
	} {
		p := &classifier{sharesTerminal: true}
		if op := shell.Text(line, shell.Context{Dir: "/"})[0]; p.isInteractive(op) != want {
			t.Errorf("%s: %v, want %v", line, !want, want)
		}
	}
}

// The patterns that look for them in texts find what the table says.
func TestWhatChangesTheUserByItself(t *testing.T) {
	for name, want := range map[string]bool{
		"sudo": true, "su": true, "doas": true, "pkexec": true,
		"runuser": false, "gosu": false, "setpriv": false, "podman": false, "sudo-1.9": false, "": false,
	} {
		if got := changesUserItself(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
		line := name + " -u root rm x"
		if got := name != "" && changesUser().MatchString(line); got != want {
			t.Errorf("%q is found: %v, want %v", line, got, want)
		}
		op := guard.Operation{Program: name, Path: name}
		if b := (&classifier{}); b.needsRights(op) != (want || name == "podman") {
			t.Errorf("%q needs rights: %v", name, !want)
		}
	}
	all := regexp.MustCompile(`\w+`).FindAllString(changers(), -1)
	if want := []string{"doas", "pkexec", "su", "sudo"}; !slices.Equal(all, want) {
		t.Errorf("%q, want %q", all, want)
	}
}

func TestTheInterpreterOfAScript(t *testing.T) {
	dir := t.TempDir()
	for line, want := range map[string]string{
		"#!/bin/sh": "sh", "#! /usr/bin/env python3": "python3", "#!/usr/bin/env -S bash -e": "bash", "#!/bin/bash -eu": "bash",
		"#!/usr/bin/env -u PATH sh": "", "#!/usr/bin/env A=b sh": "", "#!": "", "echo": "", "": "",
	} {
		file := filepath.Join(dir, "script")
		if err := os.WriteFile(file, []byte(line+"\nexit\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		c := &classifier{}
		for _, path := range []string{file, "./script"} {
			if got := c.interpreter(guard.Operation{Path: path, Dir: guard.Lit(dir)}); got != want {
				t.Errorf("%q as %s: %q, want %q", line, path, got, want)
			}
		}
		if got := c.interpreter(guard.Operation{Path: "script", Dir: guard.Lit(dir)}); got != "" {
			t.Errorf("%q by its name: %q", line, got)
		}
	}
}
