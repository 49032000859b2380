//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/program"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// What guard check says is what guard run does, and neither depends on whether a name
// stands for a script or a binary. Lines of all corpora are decided by both, with
// the programs that it names as scripts and as binaries in PATH. Nothing is executed:
// where the run would execute, it only says so.
func TestCheckAndRunAgreeWhateverTheFilesAre(t *testing.T) {
	if err := supervise.Available(); err != nil {
		t.Skipf("nothing can be supervised here: %v", err)
	}
	lines := corpusLines(t)
	if len(lines) < 200 {
		t.Fatalf("only %d lines", len(lines))
	}
	binaries, scripts := newHome(t), newHome(t)
	for _, name := range programsIn(lines) {
		binaries.shim(name, false)
		scripts.shim(name, true)
	}
	seen := map[string]int{}
	for _, line := range lines {
		first := binaries.agrees(t, line)
		second := scripts.agrees(t, line)
		if first != second {
			t.Errorf("%s\nas a binary: %s\nas a script: %s", line, first, second)
		}
		effect, _, _ := strings.Cut(first, " ")
		seen[effect]++
	}
	t.Log(seen)
	for _, effect := range []string{"deny", "confirm", "allow"} {
		if seen[effect] < 10 {
			t.Errorf("only %d lines have the decision %s", seen[effect], effect)
		}
	}
}

// shim puts a program into PATH that does nothing.
func (h home) shim(name string, script bool) {
	h.t.Helper()
	path := filepath.Join(h.dir, "bin", name)
	if !script {
		real, err := filepath.EvalSymlinks("/bin/true")
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.Symlink(real, path)
		}
		if err != nil {
			h.t.Fatal(err)
		}
		return
	}
	h.write("bin/"+name, "#!/bin/sh\n")
	if err := os.Chmod(path, 0o755); err != nil {
		h.t.Fatal(err)
	}
}

// world is that of a guard in the home, with its shims before everything in PATH.
func (h home) world() world {
	devNull, err := os.Open(os.DevNull)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { devNull.Close() })
	var discarded strings.Builder
	return world{
		stdin: devNull, stdout: &discarded, stderr: &discarded, dir: "/", root: filepath.Join(h.dir, "root"), tty: "/nowhere",
		now: func() time.Time { return time.Unix(1500000000, 0) },
		env: []string{
			"PATH=" + filepath.Join(h.dir, "bin") + ":/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + h.dir,
			"XDG_CONFIG_HOME=" + h.dir + "/config", "XDG_STATE_HOME=" + h.dir + "/state", "XDG_CACHE_HOME=" + h.dir + "/cache",
		},
	}
}

// agrees decides a line by check and by run, and says what both say.
func (h home) agrees(t *testing.T, line string) string {
	t.Helper()
	argv := strings.Fields(line)
	if strings.ContainsAny(line, "'\"\\$`;&|<>(){}[]*?~#!\n=") || len(argv) == 0 {
		argv = []string{"sh", "-c", line}
	}
	w, o := h.world(), options{supervise: "auto", places: placeOptions{audit: filepath.Join(h.dir, "audit.db")}}
	g, request, _, err := prepare(t.Context(), w, o, argv)
	if err != nil {
		return "error " + err.Error()
	}
	g.Measure = knowsNothing
	checked := g.Check(t.Context(), request)

	ran := &ranAs{}
	g.Log, g.Approver, g.Progress, g.Execute, g.Show = ran, ran, nil, ran.execute, func(guard.Report) {}
	report := g.Run(t.Context(), request)

	status := checkStatus(checked)
	switch {
	case checked.Err != nil && report.Err != nil:
	case status == guard.StatusRefused && report.Verdict == guard.Rejected && !ran.asked && !ran.executed:
	case checked.Decision.Effect == guard.Confirm && status == guard.StatusWouldAsk && ran.asked && !ran.executed:
	case checked.Decision.Effect > guard.Confirm && status != guard.StatusRefused && !ran.asked && ran.executed:
	default:
		t.Errorf("%s: check exits %d, and run: asked %v, executed %v (%s)", line, status, ran.asked, ran.executed, report.Why)
	}
	first, second := sayAll(h, checked.Decision), sayAll(h, report.Decision)
	if first != second {
		t.Errorf("%s\ncheck: %s\nrun:   %s", line, first, second)
	}
	return first
}

// sayAll is a decision with all its texts.
func sayAll(h home, decision guard.Decision) string {
	text := fmt.Sprintf("%s %s", decision.Effect, decision.Summary)
	for _, one := range decision.Confirmations {
		text += fmt.Sprintf("\n  type %q: %s", one.Text, one.Hint)
	}
	for _, check := range decision.Checks {
		text += fmt.Sprintf("\n  %s %s %s %s", check.ID(), check.Status, check.Limit, check.Message)
	}
	for _, problem := range decision.Problems {
		text += fmt.Sprintf("\n  %s %s", problem.What, problem.Next)
	}
	return strings.ReplaceAll(text, h.dir, "HOME")
}

// knowsNothing answers every question with no fact: nothing of this machine matters.
func knowsNothing(context.Context) guard.Measurement {
	return unanswered{make(chan guard.Answered)}
}

// unanswered is a world of which nothing can be told.
type unanswered struct{ answers chan guard.Answered }

func (u unanswered) Ask(asks []guard.Ask) {
	go func() {
		for _, ask := range asks {
			u.answers <- guard.Answered{Key: ask.Key, Fact: guard.Fact{Reason: "not measured", At: time.Unix(1500000000, 0)}}
		}
	}()
}

func (u unanswered) Answers() <-chan guard.Answered { return u.answers }

func (unanswered) Hurry() {}

// ranAs is the log, the person and the kernel of a run that executes nothing.
type ranAs struct{ asked, executed bool }

func (r *ranAs) Accept(context.Context, guard.Intent) (int64, error) { return 1, nil }
func (r *ranAs) Refuse(context.Context, guard.Intent) (int64, error) { return 1, nil }
func (r *ranAs) Exit(context.Context, int64, guard.Outcome) error    { return nil }
func (r *ranAs) Approve(context.Context, guard.Question) guard.Answer {
	r.asked = true
	return guard.Answer{How: "no terminal", Why: "declined"}
}

func (r *ranAs) execute(context.Context, guard.Request, guard.Executable) guard.Outcome {
	r.executed = true
	return guard.Outcome{Started: true}
}

// corpusLines are the commands of the corpora of the policies and of the shell, and
// some of programs that nobody has heard of.
func corpusLines(t *testing.T) []string {
	t.Helper()
	lines := []string{
		"kubectl delete ns prod", "deploy-all prod", "deploy.sh prod", "gsutil rm -r gs://bucket", "nodetool decommission", "aws s3 rb s3://b --force",
		"service nginx stop", "env kubectl delete ns prod", "nice -n 5 hdfs dfs -rm -r /", "timeout 5 kafka-topics.sh --delete --topic t",
		"git -c alias.x=!rm x", "tar -cf /dev/null x", "mvn clean", "gradle clean", "npm run clean", "python3 x.py", "cat x", "ls -l", "echo x",
		"sh -c 'kubectl delete ns prod'", "kubectl --version", "git --version", "touch x", "drop-database prod; true", "pg_dropcluster 15 main",
	}
	const every = 10 // each costs some milliseconds, and ten times that with the race detector
	for _, pattern := range []string{"../../policies/testdata/corpus/*.txt", "../../guard/shell/testdata/*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %d files", pattern, err, len(files))
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range linesOf(string(text)) {
				if i%every == 0 {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

// linesOf are the commands of one file: "ask COMMAND", or cases of the shell's.
func linesOf(text string) []string {
	var lines []string
	if _, cases, found := strings.Cut(text, "\n== "); found {
		for _, one := range strings.Split(cases, "\n== ") {
			_, body, _ := strings.Cut(one, "\n")
			command, _, _ := strings.Cut(body, "\n--\n")
			lines = append(lines, strings.TrimSpace(command))
		}
		return lines
	}
	for line := range strings.Lines(text) {
		decision, command, _ := strings.Cut(strings.TrimSpace(line), " ")
		if slices.Contains([]string{"deny", "ask", "run"}, decision) {
			lines = append(lines, strings.TrimSpace(command))
		}
	}
	return lines
}

// programsIn are the names that the lines look up along PATH, but for shells, which
// guard has to know.
func programsIn(lines []string) []string {
	names := map[string]bool{}
	for _, line := range lines {
		for _, op := range shell.Text(line, shell.Context{Dir: "/"}) {
			isShell := program.Of(op.Program).Is(program.Shell)
			if op.Program != "" && op.Path == op.Program && op.On == "" && !op.Builtin && !isShell && len(op.Path) < 100 && op.Path != "." && op.Path != ".." {
				names[op.Path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
