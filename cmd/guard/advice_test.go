//go:build linux && (amd64 || arm64)

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"blastguard/internal/ptytest"
)

// advised is what a refusal proposes: the command below the line that introduces
// it; "" when it proposes none.
func advised(refusal, introduced string) string {
	_, after, found := strings.Cut(refusal, introduced)
	if !found {
		return ""
	}
	_, after, _ = strings.Cut(after, "\n")
	line, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "guard: "))
}

const (
	runItAnyway = "to run it anyway, on record"
	byRoot      = "root can find it out"
)

// refusal is what guard says to a command that it must refuse.
func (h home) refusal(args ...string) string {
	h.t.Helper()
	cmd := h.command(args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, _ := cmd.CombinedOutput()
	if status := cmd.ProcessState.ExitCode(); status != 77 {
		h.t.Fatalf("guard %s: status %d, want 77\n%s", strings.Join(args, " "), status, out)
	}
	return string(out)
}

// typedAs runs a line as a person would, and types what it asks for.
func (h home) typedAs(line string) (asked string, status int, screen string) {
	h.t.Helper()
	bin := h.bin()
	shell := h.program("sh", "-c", "exec "+strings.ReplaceAll(line, `"…"`, `"a test"`))
	shell.Env = append(shell.Env, "PATH="+bin+":"+os.Getenv("PATH"))
	session, err := ptytest.Start(shell, ptytest.Size{Columns: 160, Rows: 50})
	if err != nil {
		h.t.Fatal(err)
	}
	defer session.Close()
	if err := session.See("Enter confirms"); err != nil {
		h.t.Fatalf("%s: nothing was asked\n%s", line, session.Text())
	}
	if found := regexp.MustCompile(`(?m)^ type +(.*\S)`).FindStringSubmatch(session.Screen()); found != nil {
		asked = found[1]
	}
	if err := session.Send(asked + "\r"); err != nil {
		h.t.Fatal(err)
	}
	status, _, err = session.Wait()
	if err != nil {
		h.t.Fatalf("%s: %v\n%s", line, err, session.Text())
	}
	return asked, status, session.Text()
}

// bin is a directory with guard in it.
func (h home) bin() string {
	h.t.Helper()
	program, err := exec.LookPath("guard")
	if err != nil {
		h.t.Fatal(err)
	}
	return filepath.Dir(program)
}

// databases are directories that are recognised and whose role cannot be told.
var databases = map[string]map[string]string{
	"mariadb":    {"ibdata1": "x", "aria_log_control": "x", "mysql/db.frm": "x"},
	"mysql":      {"ibdata1": "x", "mysql.ibd": "x", "auto.cnf": "[auto]\nserver-uuid=1\n"},
	"redis":      {"dump.rdb": "REDIS0009"},
	"mongodb":    {"WiredTiger": "x", "storage.bson": "x", "mongod.lock": ""},
	"etcd":       {"member/wal/0.wal": "x", "member/snap/db": "x"},
	"incomplete": {"PG_VERSION": "15\n", "base/1/1": "x", "pg_wal/x": "x"},
}

func TestARoleThatCannotBeToldCanBeOverriddenToTheEnd(t *testing.T) {
	for name, files := range databases {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			dir, err := os.MkdirTemp("", "g")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			data := filepath.Join(dir, "data")
			for file, content := range files {
				path := filepath.Join(data, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			refusal := h.refusal("rm", "-rf", data)
			line := advised(refusal, runItAnyway)
			if !strings.HasPrefix(line, "guard --override 'database-directory.role[0]' --reason ") {
				t.Fatalf("the way out is %q in\n%s", line, refusal)
			}
			asked, status, screen := h.typedAs(line)
			host, _ := os.Hostname()
			if asked != "role not known "+host+":"+data || status != 0 || exists(data) {
				t.Errorf("asked for %q, status %d, still there: %v\n%s", asked, status, exists(data), screen)
			}
			entry, err := h.command("history", "show", "2").Output()
			if err != nil || !strings.Contains(string(entry), "a test") || !strings.Contains(string(entry), "role not known") {
				t.Errorf("the log does not tell of it (%v):\n%s", err, entry)
			}
		})
	}
}

// cluster makes the directory of a stopped PostgreSQL primary that only root may
// read.
func cluster(t *testing.T, dir string) {
	t.Helper()
	const inProduction = 6
	for file, content := range map[string]string{"PG_VERSION": "15\n", "base/1/1": "x", "global/pg_control": pgControl(inProduction)} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

// What this user may not read, root may: with an override the primary would go.
func TestWhatRootCanFindOutIsNotOverridden(t *testing.T) {
	h, run := unprivileged(t)
	data := filepath.Join(h.dir, "data")
	cluster(t, data)
	for command, want := range map[string]string{
		"sudo rm -rf data":                    "sudo guard rm -rf data",
		"doas rm -rf data":                    "doas guard rm -rf data",
		"sudo -n rm -rf data":                 "sudo guard sudo -n rm -rf data",
		"rm -rf data":                         "sudo guard rm -rf data",
		"sudo find data -delete":              "sudo guard find data -delete",
		"sudo mv data old":                    "sudo guard mv data old",
		"sudo shred -u data/base/1/1":         "sudo guard shred -u data/base/1/1",
		"sudo chown -R root data":             "sudo guard chown -R root data",
		"--expect role=secondary rm -rf data": "sudo guard --expect role=secondary -- rm -rf data",
	} {
		t.Run(command, func(t *testing.T) {
			out, status := run(strings.Fields(command)...)
			if got := advised(out, byRoot); status != 77 || got != want || strings.Contains(out, "--override") {
				t.Errorf("status %d, advised %q, want %q and nothing else\n%s", status, got, want, out)
			}
		})
	}
	// What root then finds is a primary, and that has no way round.
	out := newHome(t).refusal("rm", "-rf", data)
	if !strings.Contains(out, "primary, must be") || strings.Contains(out, "--override") || strings.Contains(out, byRoot) {
		t.Errorf("as root:\n%s", out)
	}
	if !exists(filepath.Join(data, "base/1/1")) {
		t.Error("the primary is gone")
	}
}
