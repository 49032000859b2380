package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// session are the blocks of a page that is followed word for word, in one
// directory that holds nothing else: hcl is saved as poolctl.hcl, sh and
// console are typed.
var session = regexp.MustCompile("(?ms)^```(sh|hcl|console)\n(.*?)^```$")

// asked is the command that asks a person. The test has no terminal to answer
// on; the page shows the screen below the command instead.
const asked = "guard --policies poolctl.hcl poolctl drain n1 n2\n"

// TestTheTutorialIsWhatHappens runs the commands of write-a-policy.md: what the
// page prints below each is what is printed. "go test ./docs -update" writes it
// anew.
func TestTheTutorialIsWhatHappens(t *testing.T) {
	page := pageNamed(t, "write-a-policy.md")
	work := newSession(t)
	if !strings.Contains(work.run("guard doctor"), "seen step by step") {
		t.Skip("the steps of scripts cannot be seen here, and the page's stand-in is a script")
	}
	text := session.ReplaceAllStringFunc(page.text, func(found string) string {
		block := session.FindStringSubmatch(found)
		switch {
		case block[1] == "hcl":
			work.save("poolctl.hcl", block[2])
		case block[1] == "sh" && block[2] != asked:
			if printed := work.run(block[2]); printed != "" {
				t.Errorf("%s: %q prints %q", page.name, block[2], printed)
			}
		case block[1] == "console":
			return "```console\n" + work.transcript(block[2]) + "```"
		}
		return found
	})
	switch {
	case text == page.text:
	case *update:
		if err := os.WriteFile(page.name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s: %s; go test ./docs -update mends it", page.name, firstDifference(page.text, text))
	}
}

// workplace is a scratch home with the program in its PATH.
type workplace struct {
	t         *testing.T
	home, dir string
	env       []string
}

func newSession(t *testing.T) *workplace {
	t.Helper()
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	built := exec.Command("go", "build", "-tags", "osusergo,netgo", "-o", filepath.Join(home, "programs", "guard"), "../cmd/guard")
	if printed, err := built.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	dir := filepath.Join(home, "first-policy")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return &workplace{t: t, home: home, dir: dir, env: []string{
		"HOME=" + home, "LC_ALL=C.UTF-8", "GUARD_AUDIT=" + filepath.Join(home, "audit.db"),
		"PATH=" + filepath.Join(dir, "bin") + ":" + filepath.Join(home, "programs") + ":/usr/local/bin:/usr/bin:/bin",
	}}
}

func (w *workplace) save(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// run is what a text of commands prints, with the names of the page in place of
// those of the machine. It has no terminal.
func (w *workplace) run(text string) string {
	w.t.Helper()
	shell := exec.Command("bash", "-c", text)
	shell.Dir, shell.Env = w.dir, w.env
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	printed, err := shell.CombinedOutput()
	if _, ended := err.(*exec.ExitError); err != nil && !ended {
		w.t.Fatal(err)
	}
	return strings.ReplaceAll(string(printed), w.home, "/home/ada")
}

// transcript is a block of "$ command" lines with what each prints below it.
// "echo $?" speaks of the one before.
func (w *workplace) transcript(block string) string {
	w.t.Helper()
	const end = "\x00"
	var commands []string
	var script strings.Builder
	for line := range strings.Lines(block) {
		if command, found := strings.CutPrefix(line, "$ "); found {
			commands = append(commands, command)
			script.WriteString(command + "s=$?; printf '\\0'; (exit $s)\n")
		}
	}
	printed := strings.Split(w.run(script.String()), end)
	var all strings.Builder
	for i, command := range commands {
		all.WriteString("$ " + command + printed[i])
	}
	return all.String()
}
