package playbook

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// screen is the terminal inside: what is written on it, and how often it was held.
type screen struct {
	file *os.File
	held int
	text strings.Builder
	fail error
}

func (s *screen) Inside() *os.File { return s.file }
func (s *screen) Start() error     { return s.fail }
func (s *screen) HangUp()          {}
func (s *screen) End()             {}
func (s *screen) Close()           {}
func (s *screen) Ask(question func()) error {
	s.held++
	question()
	return nil
}

type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Trace(string, ...any) {}

// newShell is a stand whose command is a guarded shell.
func newShell(t *testing.T) (*stand, *Session, *screen) {
	t.Helper()
	s := newStand(t, Options{Supervise: "require", OnDeny: "continue"})
	file, err := os.Create(filepath.Join(t.TempDir(), "terminal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	on := &screen{file: file}
	session := NewSession(SessionConfig{
		Kind: "bash", Env: []string{"TERM=xterm"}, Stderr: &s.said, Now: s.pipeline.Now, Logger: silent{}, Privileged: true,
		PolicyLine: func(set guard.PolicySet) string { return "policies " + set.Hash },
		Said:       func(report guard.Report, _ int) string { return string(report.Verdict) + "\n" },
	})
	session.open = func(string, bool) (innerTerminal, error) { return on, nil }
	session.write = func(_, text string) error { on.text.WriteString(text); return nil }
	session.terminal = on
	s.mode, s.policies, s.command.request.Argv = session, session.policies(s.load, "hash"), []string{"bash"}
	return s, session, on
}

func TestAHarmlessStepOfAGuardedShellIsNotHeldUp(t *testing.T) {
	s, _, on := newShell(t)
	if !s.decided(t, s.step("touch /srv/x")) || s.verdicts() != "" || on.held > 0 || on.text.Len() > 0 {
		t.Errorf("log %q, held %d times, said %q", s.verdicts(), on.held, on.text.String())
	}
}

func TestAQuestionInAGuardedShellHoldsItsTerminal(t *testing.T) {
	s, _, on := newShell(t)
	s.person.answer = guard.Answer{Yes: true, How: "typed", Typed: []string{"asked"}}
	if !s.decided(t, s.step("rm /srv/asked")) || on.held != 1 || s.kernel.frozen > 0 {
		t.Errorf("held %d times, frozen %d", on.held, s.kernel.frozen)
	}
	// One line of the question stays, and where it may be shown what was typed.
	if want := "guard: asked: rm /srv/asked: typed asked\n"; !strings.Contains(on.text.String(), want) {
		t.Errorf("kept %q", on.text.String())
	}
	if asked := s.person.asked[0]; asked.PolicyLine != "policies hash" || asked.Policies.Hash != "hash" {
		t.Errorf("the panel names %+v", asked)
	}
}

// In the shell a refused command fails and nothing else; a playbook in it is stopped.
func TestARefusedStepOfAGuardedShell(t *testing.T) {
	s, _, on := newShell(t)
	if s.decided(t, s.step("rm /srv/precious")) || len(s.kernel.stopped)+len(s.kernel.stoppedBelow)+len(s.person.refused) > 0 {
		t.Errorf("stopped %v and %v, asked %d times", s.kernel.stopped, s.kernel.stoppedBelow, len(s.person.refused))
	}
	if on.text.String() != "\nreject\n" {
		t.Errorf("said %q", on.text.String())
	}
	on.text.Reset()
	s.kernel.inner = supervise.InnerGuard{PID: 4711, Began: time.Unix(1500, 0)}
	if s.decided(t, s.step("rm /srv/precious")) || len(s.kernel.stopped) > 0 || len(s.kernel.stoppedBelow) != 1 {
		t.Errorf("stopped %v and %v", s.kernel.stopped, s.kernel.stoppedBelow)
	}
	if on.text.String() != "\nreject\nguard: the playbook is stopped here\n" {
		t.Errorf("said %q", on.text.String())
	}
	// What it then does is said at once: no list comes at its end.
	on.text.Reset()
	if s.decided(t, s.step("rm /srv/junk")) || on.text.String() != "\nreject\n" {
		t.Errorf("said %q", on.text.String())
	}
	s.kernel.inner = supervise.InnerGuard{}
	if !s.decided(t, s.step("rm /srv/junk")) {
		t.Error("the shell itself is stopped too")
	}
}

func TestASessionInsideAnotherOne(t *testing.T) {
	s, session, _ := newShell(t)
	if err := session.ready(s.kernel.nested, s.command); err != nil {
		t.Errorf("alone: %v", err)
	}
	s.kernel.nested = true
	err := session.ready(s.kernel.nested, s.command)
	if err == nil || !strings.Contains(err.Error(), "for one more shell, type: bash") {
		t.Errorf("inside: %v", err)
	}
	got := s.outcome(guard.Outcome{Started: true}, supervise.Summary{Problem: "all of it", Nested: true})
	if got.Error != "all of it" {
		t.Errorf("its outcome: %q", got.Error)
	}
}

// The policies of a guarded shell are read anew for each command, and parsed when they
// are others than before.
func TestPoliciesThatChangeUnderAGuardedShell(t *testing.T) {
	first, second := load(t, testPolicies), load(t, strings.ReplaceAll(testPolicies, `program = "rm"`, `program = "mv"`))
	files := &changing{loaded: first}
	p := &sessionPolicies{load: files}
	governs := p.governs(func([]byte) bool { return false })
	if governs([]byte("rm")) {
		t.Error("before the first command it is what it was at the start")
	}
	if opened, err := p.open(); err != nil || opened != first || !governs([]byte("rm")) {
		t.Errorf("%v, rm is governed: %v", err, governs([]byte("rm")))
	}
	files.loaded = second
	if p.hash() != "hash" || governs([]byte("rm")) || !governs([]byte("mv")) {
		t.Errorf("rm is governed: %v, mv: %v", governs([]byte("rm")), governs([]byte("mv")))
	}
	files.fail = errors.New("a syntax error")
	if _, err := p.open(); err == nil || p.hash() != "" || !governs([]byte("mv")) {
		t.Errorf("files that cannot be loaded: %v, hash %q", err, p.hash())
	}
}

// The policies of a script are those of its start.
func TestPoliciesThatChangeUnderAScript(t *testing.T) {
	files := &changing{loaded: load(t, testPolicies)}
	if opened, err := policiesOfTheStart(files, "hash").open(); err != nil || opened != files.loaded {
		t.Errorf("the same: %v", err)
	}
	if _, err := policiesOfTheStart(files, "another").open(); err == nil || err.Error() != "the policies changed since the script was started" {
		t.Errorf("others: %v", err)
	}
	p := policiesOfTheStart(files, "hash")
	first, _ := p.open()
	files.fail = errors.New("a syntax error")
	if again, err := p.open(); err != nil || again != first || p.hash() != "hash" {
		t.Errorf("loaded once: %v", err)
	}
}

// changing are policies that may change, or become unreadable.
type changing struct {
	loaded
	fail error
}

func (c *changing) Open() (Policies, guard.PolicySet, error) {
	return c.loaded, guard.PolicySet{Hash: "hash"}, c.fail
}

// What is made in a guarded shell is not for that the work of who removes it.
func TestWhatIsMadeInAGuardedShellIsNobodysToCleanUp(t *testing.T) {
	s, _, _ := newShell(t)
	s.facts["age"] = guard.Fact{Known: true, Value: map[string]any{"older": nil}}
	if s.cleanup(s.step("rm a")).removesNew(t.Context(), operation(t, "rm a")) {
		t.Error("of the shell itself")
	}
	s.kernel.inner = supervise.InnerGuard{PID: 4711, Began: time.Unix(1500, 0)}
	if !s.cleanup(s.step("rm a")).removesNew(t.Context(), operation(t, "rm a")) {
		t.Error("of a playbook in it")
	}
}
