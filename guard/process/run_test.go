package process

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
)

func signalOf(outcome guard.Outcome) syscall.Signal { return syscall.Signal(outcome.Signal) }

// TestAsWithoutGuard runs each text twice in bash: as it stands, and with guard
// before the command. Both must write the same.
func TestAsWithoutGuard(t *testing.T) {
	const shown = `sh -c 'grep -E "^(SigBlk|SigIgn|Uid|Umask|NoNewPrivs)" /proc/self/status; ulimit -Sn; ulimit -Hn; ulimit -c; nice; ls /proc/self/fd | wc -l'`
	for _, test := range []struct{ name, text string }{
		{"exit status", `GUARD sh -c 'exit 7'; echo $?`},
		{"killed by a signal", `GUARD sh -c 'kill -9 $$'; echo $?`},
		{"killed by SIGTERM", `GUARD sh -c 'kill -TERM $$'; echo $?`},
		{"a fault", `ulimit -c 0; GUARD sh -c 'kill -SEGV $$'; echo $?`},
		{"SIGQUIT leaves no trace of Go", `ulimit -c 0; GUARD sh -c 'kill -QUIT $$'; echo $?`},
		{"SIGPIPE", `set -o pipefail; GUARD yes | head -1; echo ${PIPESTATUS[0]}`},
		{"the reader of a pipe", `yes | GUARD head -1; echo ${PIPESTATUS[*]}`},
		{"standard input", `echo text | GUARD cat`},
		{"the arguments", `GUARD printf '<%s>' '' ' a  b ' $'new\nline' $'\xff\x1b[31m' '*'`},
		{"argv[0] of a program", `GUARD sh -c 'tr "\0" "\n" </proc/$$/cmdline; exit'`},
		{"$0 of a script", `printf '#!/bin/sh\necho "$0"\n' >s; chmod +x s; GUARD ./s; PATH=$PWD:$PATH; GUARD s; cd /; GUARD "$OLDPWD"/./s`},
		{"the environment", `env -i PATH="$PATH" A=1 GUARD env | sort`},
		{"a variable without a name", `env -i PATH="$PATH" '=x' GUARD env | sort`},
		{"the directory", `mkdir d; ln -s d l; cd l; GUARD readlink /proc/self/cwd; GUARD sh -c 'echo $PWD'`},
		{"a deleted directory", `mkdir d; cd d; rmdir ../d; GUARD echo fine; GUARD readlink /proc/self/cwd | sed s,.*/,,`},
		{"further descriptors", `exec 5<<<five 7>seven; GUARD sh -c 'cat <&5; echo seven >&7'; cat seven`},
		{"nothing of guard's is left open", `GUARD ls /proc/self/fd`},
		{"closed descriptors above 2", `exec 9>&-; GUARD sh -c 'echo x >&9' 2>/dev/null; echo $?`},
		{"limits, mask, umask, niceness", `umask 027; ulimit -Sn 333; nice -n 3 GUARD ` + shown},
		{"default signals", `GUARD grep SigIgn /proc/self/status`},
		{"nohup", `nohup GUARD grep SigIgn /proc/self/status 2>/dev/null`},
		{"ignored SIGTERM, SIGQUIT, SIGPIPE, SIGUSR1", `trap '' TERM QUIT PIPE USR1; GUARD grep SigIgn /proc/self/status`},
		{"ignored stops", `trap '' TSTP TTIN TTOU; GUARD grep SigIgn /proc/self/status`},
		{"a real-time signal that is ignored", `trap '' RTMIN+3; GUARD grep SigIgn /proc/self/status`},
		{"a background job ignores SIGINT and SIGQUIT", `GUARD grep SigIgn /proc/self/status & wait`},
		{"a signal at once", `GUARD sleep 1000 & kill -TERM $!; wait $!; echo $?`},
		{"a signal to the job itself", `mkfifo p; GUARD sh -c 'echo up >p; exec sleep 1000' & read x <p; kill -TERM $!; wait $!; echo $?`},
		{"a signal that the command handles", `mkfifo p; GUARD bash -c 'trap "echo usr1; exit 4" USR1; echo up >p; while :; do sleep 0.1; done' & read x <p; kill -USR1 $!; wait $!; echo $?`},
		{"a hangup", `mkfifo p; GUARD sh -c 'echo up >p; exec sleep 1000' & read x <p; kill -HUP $!; wait $!; echo $?`},
		{"not found", `GUARD nothing-of-that-name 2>/dev/null; echo $?`},
		{"not executable", `: >f; GUARD ./f 2>/dev/null; echo $?`},
		{"a directory", `mkdir d; GUARD ./d 2>/dev/null; echo $?`},
		{"an argument list that is too long", `GUARD sh -c : $(printf "%0140000d" 1) 2>/dev/null; echo $?`},
		{"100,000 arguments", `GUARD sh -c 'echo $#' $(seq 100000)`},
		{"its group and session", `GUARD sh -c 'read -r a b c d pgrp session rest </proc/$$/stat; echo $((pgrp == '$(cut -d" " -f5 /proc/$$/stat)'))'`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			env := environment(t)
			with := bash(t, strings.ReplaceAll(test.text, "GUARD", "guard"), env)
			without := bash(t, strings.ReplaceAll(test.text, "GUARD", ""), env)
			if with != without {
				t.Errorf("with guard\n%q\nwithout\n%q", with, without)
			}
		})
	}
}

// bash runs a text in bash in a new folder and says what it wrote, without what
// differs between two runs: the folder, and bash's own words on a signal.
func bash(t *testing.T, text string, env []string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(need(t, "bash"), "-c", text)
	cmd.Dir, cmd.Env = dir, append(env, "PWD="+dir)
	out, err := cmd.CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	lines := strings.Split(strings.ReplaceAll(string(out), dir, "FOLDER"), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		return strings.Contains(line, "bash: line ")
	}), "\n")
}

func TestWhatDoesNotStart(t *testing.T) {
	dir := world(t)
	for _, test := range []struct {
		name, program, says string
		status              int
	}{
		{"a text without an interpreter", "a/text", "#!", 126},
		{"an interpreter that is not there", "a/lost", "interpreter", 127},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := guard.Request{Argv: []string{dir + "/" + test.program}, Dir: dir}
			e, err := Find(request)
			if err != nil {
				t.Fatal(err)
			}
			outcome := Run(context.Background(), request, e)
			if outcome.Started || outcome.Status != test.status || !strings.Contains(outcome.Error, test.says) {
				t.Errorf("Run = %+v; want status %d and %q", outcome, test.status, test.says)
			}
		})
	}
}

func TestACancelledRunStartsNothing(t *testing.T) {
	dir := t.TempDir()
	request := guard.Request{Argv: []string{"touch", "made"}, Dir: dir, Env: os.Environ()}
	e, err := Find(request)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if outcome := Run(ctx, request, e); outcome.Started || outcome.Error == "" {
		t.Errorf("Run = %+v; want nothing started", outcome)
	}
	if _, err := os.Stat(dir + "/made"); err == nil {
		t.Error("the command ran")
	}
}

func TestRunChangesToTheRequestsDirectory(t *testing.T) {
	dir := t.TempDir()
	request := guard.Request{Argv: []string{"touch", "made"}, Dir: dir, Env: os.Environ()}
	e, err := Find(request)
	if err != nil {
		t.Fatal(err)
	}
	if outcome := Run(context.Background(), request, e); !outcome.Started || outcome.Status != 0 || outcome.Duration <= 0 {
		t.Errorf("Run = %+v", outcome)
	}
	if _, err := os.Stat(dir + "/made"); err != nil {
		t.Error(err)
	}
}
