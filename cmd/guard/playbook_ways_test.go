//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"blastguard/internal/ptytest"
)

// needs skips where a program that a script uses is not installed.
func needs(t *testing.T, root bool, programs ...string) {
	t.Helper()
	if root && os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s here", program)
		}
	}
}

// The outer guard does not know the policies that an inner guard is
// given: what that runs is not left to the steps.
func TestANestedGuardKeepsItsOwnPolicies(t *testing.T) {
	h := playbookHome(t)
	h.write("junk", "x")
	h.write("strict/junk.hcl", strings.ReplaceAll(keepsPrecious, "precious", "junk"))
	h.script("inner.sh", "rm junk")
	h.script("outer.sh", "guard run --no-shipped --policies strict ./inner.sh; echo =$?")
	out, _ := h.guarded("./outer.sh")
	if !h.has("junk") || !strings.Contains(out, "by other policies") || !strings.Contains(out, "=125") {
		t.Errorf("junk %v\n%s", h.has("junk"), out)
	}
	h.verify()
}

// Nor does an inner guard know those of the outer guard: a single command
// is decided by both, whichever is stricter.
func TestACommandBelowAGuardWithOtherPoliciesIsDecidedByBoth(t *testing.T) {
	h := playbookHome(t)
	h.write("strict/junk.hcl", strings.ReplaceAll(keepsPrecious, "precious", "junk"))
	h.script("outer.sh", "guard run --no-shipped rm -f junk; guard run --no-shipped --policies strict rm -f two; guard run --no-shipped rm -f one; guard run --no-shipped rm -rf precious")
	for _, name := range []string{"junk", "one", "two"} {
		h.write(name, "x")
	}
	out, _ := h.guarded("--policies", "strict", "--on-deny=continue", "./outer.sh")
	if !h.has("junk") || !h.has("precious") || h.has("one") || h.has("two") || !strings.Contains(out, "it is junk") {
		t.Errorf("junk %v, precious %v, one %v, two %v\n%s", h.has("junk"), h.has("precious"), h.has("one"), h.has("two"), out)
	}
	h.verify()
}

// An interpreter is one also where a script of that name chooses which (pyenv, rbenv).
func TestAnInterpreterBehindAScriptIsOne(t *testing.T) {
	playbookHome(t)
	h := newHome(t)
	h.script("python3", `: > ran`)
	t.Setenv("PATH", h.dir+":"+os.Getenv("PATH"))
	h.write("rotate.py", "")
	if out, err := h.unasked("python3", "rotate.py"); err == nil || h.has("ran") || !strings.Contains(string(out), "no terminal") {
		t.Errorf("%v, ran %v\n%s", err, h.has("ran"), out)
	}
}

// A script that is stopped may clean up what was made since it began; the rest is
// refused, and listed, also where its trap lets it go on.
func TestAStoppedScriptMayCleanUp(t *testing.T) {
	h := playbookHome(t)
	if !hasBirthTimes(h.dir) {
		t.Skip("the file system does not say when a file was made")
	}
	h.write("old", "x")
	h.write("-", "x")
	h.script("playbook.sh", `touch lock lock2; trap 'rm -f lock; rm -f - lock2; rm -r precious; touch trapped' TERM; rm -r precious; rm -f old; rm -f missing; : > after`)
	out, status := h.guarded("./playbook.sh")
	if status != 77 || h.has("lock") || !h.has("-") || !h.has("trapped") || !h.has("precious") || !h.has("old") {
		t.Errorf("status %d, lock %v, trapped %v, precious %v, old %v\n%s", status, h.has("lock"), h.has("trapped"), h.has("precious"), h.has("old"), out)
	}
	if !strings.Contains(out, "  done     rm -f lock") || strings.Count(out, "  not run  rm -r precious") != 2 || !strings.Contains(out, "  not run  rm -f old") {
		t.Errorf("it is not listed:\n%s", out)
	}
	var entries []struct{ Verdict, Command, Why string }
	text := h.json(&entries, "history", "list", "--json")
	refused := 0
	for _, entry := range entries {
		if entry.Verdict == "reject" && entry.Why != "" && entry.Command != "./playbook.sh" {
			refused++
		}
	}
	if refused != 4 {
		t.Errorf("%d of 4 refused steps are in the log: %s", refused, text)
	}
	h.verify()
}

// What was overridden for a script is not for what it does when it is stopped.
func TestAStoppedScriptHasNoOverride(t *testing.T) {
	h := playbookHome(t)
	h.write("config/guard/policies/kept.hcl", strings.ReplaceAll(strings.ReplaceAll(keepsPrecious, "precious", "kept"), "rule \"keep\" {", "rule \"keep\" {\n    enforcement = \"soft-mandatory\""))
	h.script("playbook.sh", `touch kept; trap 'rm -f kept; exit 1' TERM; rm -r precious; sleep 9`)
	out, status := h.guarded("--override", "kept.rule.keep", "--reason", "x", "./playbook.sh")
	if status != 77 || !h.has("kept") || !strings.Contains(out, "  not run  rm -f kept") {
		t.Errorf("status %d, kept %v\n%s", status, h.has("kept"), out)
	}
	h.verify()
}

// Each way ends at the step that is refused, for the reason that is given.
func TestAPlaybookIsStoppedWhateverTheWay(t *testing.T) {
	for _, test := range []struct {
		name, script, why string
		root              bool
		programs          []string
	}{
		{"sudo, as root", "sudo -n rm -r precious", "it is precious", true, []string{"sudo"}},
		{"sudo as another user", "sudo -n -u nobody rm -r precious", "it is precious", true, []string{"sudo"}},
		{"sudo's shell", "sudo -n sh -c 'rm -r precious'", "it is precious", true, []string{"sudo"}},
		{"os.posix_spawn", `python3 -c 'import os; os.waitpid(os.posix_spawn("/bin/rm", ["rm", "-r", "precious"], os.environ), 0)'`, "it is precious", false, []string{"python3"}},
		{"os.posix_spawnp", `python3 -c 'import os; os.waitpid(os.posix_spawnp("rm", ["rm", "-r", "precious"], os.environ), 0)'`, "it is precious", false, []string{"python3"}},
		{"subprocess, which uses vfork", `python3 -c 'import subprocess; subprocess.run(["rm", "-r", "precious"])'`, "it is precious", false, []string{"python3"}},
		{"subprocess with a shell", `python3 -c 'import subprocess; subprocess.run("rm -r $WHAT", shell=True, env={"WHAT": "precious", "PATH": "/bin:/usr/bin"})'`, "it is precious", false, []string{"python3"}},
		{"os.system", `python3 -c 'import os; os.system("rm -r precious")'`, "it is precious", false, []string{"python3"}},
		{"perl", `perl -e 'system("rm", "-r", "precious")'`, "it is precious", false, []string{"perl"}},
		{"a pipeline's last part", "echo precious | xargs -n1 rm -r", "it is precious", false, []string{"xargs"}},
		{"mounts of its own", "unshare -m rm -r precious", "another root or mount namespace", true, []string{"unshare"}},
		{"a shell with mounts of its own", "unshare -m sh -c 'rm -r precious'", "another root or mount namespace", true, []string{"unshare"}},
		{"processes of its own", "unshare -pf rm -r precious", "it is precious", true, []string{"unshare"}},
		{"a shell as its first process", "unshare -pf sh -c 'true; rm -r precious'", "it is precious", true, []string{"unshare"}},
		{"users of its own", "unshare -r rm -r precious", "it is precious", false, []string{"unshare"}},
		{"a network of its own", "unshare -n rm -r precious", "it is precious", true, []string{"unshare"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			needs(t, test.root, test.programs...)
			h := playbookHome(t)
			h.script("playbook.sh", test.script+"\n: > after")
			out, status := h.guarded("./playbook.sh")
			if status != 77 || !h.has("precious/a") || h.has("after") || !strings.Contains(out, test.why) {
				t.Errorf("status %d, precious %v, after %v\n%s", status, h.has("precious/a"), h.has("after"), out)
			}
			h.verify()
		})
	}
}

// What no policy governs goes on in namespaces of its own.
func TestWhatNothingGovernsPassesInNamespaces(t *testing.T) {
	for _, way := range []string{"unshare -m", "unshare -pf", "unshare -mpf --mount-proc", "sudo -n", "sudo -n -u nobody"} {
		t.Run(way, func(t *testing.T) {
			needs(t, true, strings.Fields(way)[0])
			h := playbookHome(t)
			h.script("playbook.sh", "set -e\n"+way+" /bin/true\n"+way+" sh -c '/bin/true && echo fine'")
			if out, status := h.guarded("./playbook.sh"); status != 0 || !strings.Contains(out, "fine") {
				t.Errorf("status %d\n%s", status, out)
			}
		})
	}
}

// An allowed program runs below sudo, and the log names who it ran as.
func TestBelowSudoAStepIsDecidedAsItsUser(t *testing.T) {
	needs(t, true, "sudo")
	h := playbookHome(t)
	h.write("config/guard/policies/who.hcl", "policy \"who\" {\n  applies_to = [command.rm]\n  rule \"nobody\" {\n    condition     = user.name != \"nobody\"\n    error_message = \"nobody removes\"\n  }\n}\n")
	h.write("one", "x")
	h.script("playbook.sh", "sudo -n rm one && sudo -n -u nobody rm two; : > after")
	out, status := h.guarded("./playbook.sh")
	if status != 77 || h.has("one") || h.has("after") || !strings.Contains(out, "nobody removes") {
		t.Errorf("status %d, one %v, after %v\n%s", status, h.has("one"), h.has("after"), out)
	}
}

// asksForEach is a policy that asks for each removal, by the name of its target.
const asksForEach = `
policy "ask" {
  applies_to = [command.rm]
  confirm {
    type = "remove ${arg.paths[0]}"
  }
}
`

// 32 at once on one terminal: one question at a time, and each removal happens
// once, after its own answer.
func TestManyStepsAtOnceAreAskedOneAfterTheOther(t *testing.T) {
	const n = 32
	h := playbookHome(t)
	h.write("config/guard/policies/ask.hcl", asksForEach)
	h.script("playbook.sh", fmt.Sprintf("for i in $(seq 101 %d); do : > f$i; rm f$i & done; wait; ls f* 2> left; : > after", 100+n))
	session, err := ptytest.Start(h.command("run", "--no-shipped", "--plain", "./playbook.sh"), ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	defer func() {
		if t.Failed() {
			t.Logf("the terminal:\n%s", session.Text())
		}
	}()
	answered := map[string]bool{}
	for range n {
		name := askedFor(t, session, answered)
		if !h.has(name) {
			t.Fatalf("%s is gone before its answer", name)
		}
		enter(t, session, "remove "+name)
		eventually(t, name+" is gone", func() bool { return !h.has(name) })
	}
	if status, _, err := session.Wait(); err != nil || status != 0 || !h.has("after") {
		t.Errorf("status %d (%v)\n%s", status, err, session.Transcript())
	}
	var entries []map[string]any
	if text := h.json(&entries, "history", "list", "--json", "--program", "rm", "--limit", "100"); len(entries) != n {
		t.Errorf("%d entries for %d steps: %s", len(entries), n, text)
	}
	h.verify()
}

// askedFor waits for a question that has not been answered yet, and returns the
// file that it is about. Only one may stand at a time.
func askedFor(t *testing.T, session *ptytest.Session, answered map[string]bool) (name string) {
	t.Helper()
	question := regexp.MustCompile(`remove (f\d{3})\b`)
	eventually(t, "a question", func() bool {
		open := map[string]bool{}
		for _, match := range question.FindAllStringSubmatch(session.Text(), -1) {
			if !answered[match[1]] {
				name, open[match[1]] = match[1], true
			}
		}
		if len(open) > 1 {
			t.Fatalf("%d questions at once: %v", len(open), open)
		}
		return len(open) == 1
	})
	answered[name] = true
	return name
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(ptytest.Timeout); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: %s", ptytest.Timeout, what)
		}
	}
}
