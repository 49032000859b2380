package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// playbook measures what supervision costs: where every step is a program, where
// a build tool starts many, and where there are threads only.
func (b *bench) playbook() ([]row, error) {
	// Only the steps are asked about: nobody confirms the script.
	settings := filepath.Join(b.dir, "config/guard/guard.hcl")
	if err := os.MkdirAll(filepath.Dir(settings), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(settings, []byte("unmatched = \"allow\"\n"), 0o644); err != nil {
		return nil, err
	}
	defer os.Remove(settings)
	var rows []row
	for _, measure := range []func() ([]row, error){b.shellLoop, b.steps, b.build, b.threads, b.memory, b.firstLook} {
		some, err := measure()
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// lacking is the row of what cannot be measured on this machine.
func lacking(what, why string) []row { return []row{{what, "not measured: " + why, "", true}} }

func missing(programs ...string) string {
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			return "there is no " + program + " here"
		}
	}
	return ""
}

// shellLoop compares a loop that executes with itself below guard, and below a
// sudo that decides each program too.
func (b *bench) shellLoop() ([]row, error) {
	const what = "a bash loop of 1000 times /bin/true, supervised / bare"
	const against = "the same below guard / below sudo with Defaults intercept"
	if why := missing("bash"); why != "" {
		return lacking(what, why), nil
	}
	loop, err := b.script("loop", "for ((i = 0; i < 1000; i++)); do /bin/true; done")
	if err != nil {
		return nil, err
	}
	commands := []command{bare(loop), b.below(loop)}
	intercept, why := b.intercept(loop)
	if why == "" {
		commands = append(commands, intercept)
	}
	took, err := medians(5, commands...)
	if err != nil {
		return nil, err
	}
	rows := []row{ratio(what, took[1], took[0], 1.2)}
	if why != "" {
		return append(rows, lacking(against, why)...), nil
	}
	return append(rows, ratio(against, took[1], took[2], 1)), nil
}

// steps compares a script that removes and copies files, each of which is decided and
// recorded when it is reached, with itself.
func (b *bench) steps() ([]row, error) {
	const steps = 200
	script, err := b.script("steps", fmt.Sprintf("cd %q; for ((i = 0; i < %d; i++)); do : > f; rm f; done", b.dir, steps))
	if err != nil {
		return nil, err
	}
	took, err := medians(5, bare(script), b.below(script))
	if err != nil {
		return nil, err
	}
	each := (took[1] - took[0]) / steps
	return []row{{"a governed step of a playbook, above what it takes itself", round(each), "<= 3ms", each <= 3*time.Millisecond}}, nil
}

// intercept runs a script below sudo with Defaults intercept. sudo reads no other
// sudoers than /etc/sudoers, so another stands in its place for this process
// alone, in a mount namespace of its own.
func (b *bench) intercept(script string) (c command, why string) {
	if why := missing("sudo", "unshare", "mount"); why != "" {
		return c, why
	}
	if os.Geteuid() != 0 {
		return c, "only root can put another sudoers in the place of /etc/sudoers"
	}
	sudoers := filepath.Join(b.dir, "sudoers")
	if err := os.WriteFile(sudoers, []byte("Defaults intercept\nroot ALL=(ALL) NOPASSWD: ALL\n"), 0o440); err != nil {
		return c, err.Error()
	}
	c = bare("unshare", "--mount", "sh", "-c", `mount --bind "$1" /etc/sudoers && exec sudo -n "$2"`, "sh", sudoers, script)
	if err := exec.Command("unshare", "--mount", "sh", "-c", `mount --bind "$1" /etc/sudoers && exec sudo -n true`, "sh", sudoers).Run(); err != nil {
		return c, "sudo does not know Defaults intercept, or may not be run so: " + err.Error()
	}
	return c, ""
}

// build compares make -j2 of 40 C files.
func (b *bench) build() ([]row, error) {
	const what = "make -j2 of 40 C files, supervised / bare"
	if why := missing("make", "cc"); why != "" {
		return lacking(what, why), nil
	}
	dir := filepath.Join(b.dir, "build")
	if err := writeBuild(dir); err != nil {
		return nil, err
	}
	script, err := b.script("make", "exec make -s -B -j2 -C "+dir)
	if err != nil {
		return nil, err
	}
	return b.supervised(what, 5, script, 1.2)
}

func writeBuild(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range 40 {
		text := fmt.Sprintf("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint work%d(const char *s) {\n\tchar b[64];\n\tsnprintf(b, sizeof b, \"%%s %d\", s);\n\treturn (int)strlen(b) + atoi(s);\n}\n", i, i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%02d.c", i)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	const makefile = "all: $(patsubst %.c,%.o,$(wildcard *.c))\n%.o: %.c\n\tcc -O1 -c -o $@ $<\n"
	return os.WriteFile(filepath.Join(dir, "Makefile"), []byte(makefile), 0o644)
}

func (b *bench) threads() ([]row, error) {
	const what = "10,000 threads, supervised / bare"
	if why := missing("python3"); why != "" {
		return lacking(what, why), nil
	}
	// python3 may be a script that looks for the interpreter.
	python, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return nil, err
	}
	script, err := b.script("threads", "exec "+strings.TrimSpace(string(python))+` -c '
import threading
for i in range(10000):
    t = threading.Thread(target=int)
    t.start()
    t.join()
'`)
	if err != nil {
		return nil, err
	}
	return b.supervised(what, 5, script, 1.1)
}

func (b *bench) script(name, text string) (string, error) {
	path := filepath.Join(b.dir, name)
	return path, os.WriteFile(path, []byte("#!/usr/bin/env bash\nset -e\n"+text+"\n"), 0o755)
}

func bare(argv ...string) command { return command{argv: argv, env: os.Environ(), must: true} }

// below is a script that guard supervises, with the shipped policies.
func (b *bench) below(script string) command {
	c := b.ours("run", "--supervise=require", "--", script)
	for _, name := range []string{"PYENV_ROOT", "LANG"} {
		if value := os.Getenv(name); value != "" {
			c.env = append(c.env, name+"="+value)
		}
	}
	c.must = true
	return c
}

// supervised compares a script with itself below guard.
func (b *bench) supervised(what string, rounds int, script string, budget float64) ([]row, error) {
	times, err := medians(rounds, bare(script), b.below(script))
	if err != nil {
		return nil, err
	}
	return []row{ratio(what, times[1], times[0], budget)}, nil
}

// benchmarkLine is what one Go benchmark printed.
func benchmarkLine(out, name string) []string {
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, name) {
			return strings.Fields(line)
		}
	}
	return nil
}
