package playbook

import (
	"testing"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// Where the launcher could not be started there was nobody who could have
// answered: why it could not is what a person must know.
func TestALauncherThatWasNotStarted(t *testing.T) {
	s := &supervisedRun{stepDecider: stepDecider{command: decidedCommand{request: guard.Request{Argv: []string{"./x.sh"}}}, mode: &scriptMode{}}}
	never := guard.Outcome{Status: guard.StatusNotExecutable, Error: `start "/proc/self/exe": resource temporarily unavailable`}
	got := s.outcome(never, supervise.Summary{Problem: "the launcher did not answer"})
	if got.Started || got.Error != never.Error || got.Status != never.Status {
		t.Errorf("got %+v, want %+v", got, never)
	}
}

// What is made in a guarded shell, which may be open for days, is not for that the
// work of a script that removes it again.
func TestWhenAScriptBegan(t *testing.T) {
	if got := NewSession(SessionConfig{}).began(&supervise.Supervisor{}, 0); !got.IsZero() {
		t.Errorf("a guarded shell: got %v", got)
	}
}
