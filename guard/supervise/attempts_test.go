//go:build linux && (amd64 || arm64)

package supervise_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blastguard/guard/supervise"

	"golang.org/x/sys/unix"
)

// newOldRun is a run as on a kernel before 5.19, where any signal breaks off the
// wait for an answer. It governs "mark", which notes in "ran" that it ran.
func newOldRun(t *testing.T) *supervised {
	t.Helper()
	r := newRun(t)
	r.governs = []string{"mark", "bad"}
	r.change = func(cmd *exec.Cmd) { cmd.Env = append(os.Environ(), "TEST_CONFINED=old-kernel") }
	r.write("mark", "#!/bin/sh\necho \"ran $*\" >> ran\n")
	return r
}

func (r *supervised) text(name string) string {
	text, _ := os.ReadFile(filepath.Join(r.dir, name))
	return string(text)
}

// after lets a question wait until so many more calls were broken off.
func after(t *testing.T, restarts int64, s *supervise.Supervisor) {
	begin := s.Traps()
	waitFor(t, "signals break the wait off", func() bool { return s.Traps() >= begin+restarts })
}

func TestASignalDoesNotAskAgain(t *testing.T) {
	for _, number := range []unix.Signal{unix.SIGURG, unix.SIGWINCH, unix.SIGCHLD} {
		t.Run(unix.SignalName(number), func(t *testing.T) {
			r := newOldRun(t)
			r.decide = func(s *supervise.Supervisor, _ supervise.Exec) bool { after(t, 30, s); return true }
			r.run(r.prober(), "storm", fmt.Sprint(int(number)), "./mark", "one")
			if len(r.asked) != 1 || r.text("ran") != "ran one\n" || r.code != 0 || r.took.Refused != 0 {
				t.Errorf("asked %d, ran %q, status %d, refused %d", len(r.asked), r.text("ran"), r.code, r.took.Refused)
			}
		})
	}
}

func TestARefusalHoldsForACallThatComesBack(t *testing.T) {
	r := newOldRun(t)
	r.decide = func(s *supervise.Supervisor, _ supervise.Exec) bool { after(t, 30, s); return false }
	r.run(r.prober(), "storm", fmt.Sprint(int(unix.SIGALRM)), "./mark", "one")
	if len(r.asked) != 1 || r.has("ran") || r.code != 9 || r.took.Refused != 1 {
		t.Errorf("asked %d, ran %q, status %d, refused %d", len(r.asked), r.text("ran"), r.code, r.took.Refused)
	}
}

// The answer comes while nobody waits for it: it is given when the call comes
// back.
func TestAnAnswerWaitsForACallThatComesBack(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		t.Run(fmt.Sprint(allowed), func(t *testing.T) {
			r := newOldRun(t)
			pid := make(chan int, 1)
			r.decide = func(_ *supervise.Supervisor, e supervise.Exec) bool {
				_ = unix.Kill(e.PID, unix.SIGSTOP)
				waitFor(t, "the process is stopped", func() bool { return stateOf(e.PID) == "T" })
				pid <- e.PID
				return allowed
			}
			go func() {
				stopped := <-pid
				waitFor(t, "the answer is given", func() bool { return !r.deciding.Load() })
				_ = unix.Kill(stopped, unix.SIGCONT)
			}()
			r.run("sh", "-c", "./mark one; echo status $?")
			if len(r.asked) != 1 || r.has("ran") != allowed || strings.Contains(r.output, "status 0") != allowed {
				t.Errorf("asked %d, ran %q, output %q", len(r.asked), r.text("ran"), r.output)
			}
		})
	}
}

func stateOf(pid int) string {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(line), ") ")
	if err != nil || rest == "" {
		return ""
	}
	return rest[:1]
}

// A process that is killed between two signals ends its question.
func TestAProcessKilledAmongSignalsEndsItsQuestion(t *testing.T) {
	r := newOldRun(t)
	ended := false
	r.judge = func(ctx context.Context, s *supervise.Supervisor, e supervise.Exec) bool {
		after(t, 10, s)
		_ = unix.Kill(e.PID, unix.SIGKILL)
		<-ctx.Done()
		ended = true
		return false
	}
	r.run("sh", "-c", fmt.Sprintf("%s storm %d ./mark one; echo status $?", r.prober(), unix.SIGURG))
	if !ended || r.has("ran") || !strings.Contains(r.output, "status 137") {
		t.Errorf("ended %v, ran %q, output %q", ended, r.text("ran"), r.output)
	}
}

// A call that failed and comes again with other words is another question; with
// the same words it has its answer.
func TestOtherWordsAreAskedAnew(t *testing.T) {
	const want = "./bad one; ./bad two; ./bad three"
	got := ""
	for range 3 { // an answer is remembered for a second: a machine may be slower than that
		r := newOldRun(t)
		r.decide = always
		r.write("bad", "neither program nor script")
		r.run(r.prober(), "repeat", "./bad", "one", "two", "two", "three")
		if got = strings.Join(r.commands(), "; "); got == want {
			return
		}
	}
	t.Errorf("asked %q, want %q", got, want)
}

// A program that executes itself again is asked again, however much alike the
// two calls are.
func TestAProgramThatExecutesItselfIsAskedAgain(t *testing.T) {
	r := newOldRun(t)
	r.decide = always
	r.governs = []string{"again"}
	r.write("again", "#!/bin/sh\necho x >> ran\n[ $(wc -l < ran) -lt 3 ] || exit 0\nexec ./again\n")
	r.run("setarch", "-R", "sh", "-c", "exec ./again")
	if len(r.asked) != 3 || r.text("ran") != "x\nx\nx\n" {
		t.Errorf("asked %d, ran %q", len(r.asked), r.text("ran"))
	}
}

// What is refused after the end of the script stays refused, though a signal may
// take it past the answer.
func TestARefusalOutlastsTheSupervisor(t *testing.T) {
	r := newOldRun(t)
	over := make(chan bool)
	r.decide = func(s *supervise.Supervisor, _ supervise.Exec) bool {
		<-over
		time.Sleep(4 * time.Second) // longer than guard waits for what is not asked about
		after(t, 20, s)
		return false
	}
	cmd, s := r.start("sh", "-c", fmt.Sprintf("%s storm %d ./mark one &", r.prober(), unix.SIGURG))
	go func() {
		waitFor(t, "the script ends", func() bool { return stateOf(cmd.Process.Pid) == "Z" || stateOf(cmd.Process.Pid) == "" })
		waitFor(t, "the question", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.asked) > 0 })
		close(over)
	}()
	r.finish(cmd, s)
	if len(r.asked) != 1 || r.has("ran") || r.took.Refused != 1 {
		t.Errorf("asked %d, ran %q, refused %d", len(r.asked), r.text("ran"), r.took.Refused)
	}
}

// All that holds on a new kernel holds on an old one.
func TestManyAtOnceAreEachAskedOnceOnAnOldKernel(t *testing.T) {
	r := newOldRun(t)
	r.decide = always
	r.run("sh", "-c", `for i in $(seq 32); do ./mark $i & done; wait`)
	if len(r.asked) != 32 || strings.Count(r.text("ran"), "ran") != 32 {
		t.Errorf("asked %d, ran %q", len(r.asked), r.text("ran"))
	}
}
