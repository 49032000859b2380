package playbook

import (
	"os"
	"testing"
	"time"

	"blastguard/guard"
)

// While the script is being stopped it may remove what it has made, as at any other
// time. Everything else is refused, and nobody is asked.
func TestWhatAScriptRemovesWhileItIsStopped(t *testing.T) {
	ours, older := map[string]any{"older": nil}, map[string]any{"older": "/srv/lock"}
	for _, test := range []struct {
		name string
		step string
		age  guard.Fact
		runs bool
	}{
		{"what it has made", "rm -f /srv/lock", guard.Fact{Known: true, Value: ours}, true},
		{"what was there before", "rm -f /srv/lock", guard.Fact{Known: true, Value: older}, false},
		{"of what was not measured", "rm -f /srv/lock", guard.Fact{Value: ours}, false},
		{"of what cannot be told", "rm -f /srv/lock", guard.Fact{Reason: "the file system does not say"}, false},
		{"what would be asked about", "rm -f /srv/asked", guard.Fact{Known: true, Value: ours}, false},
		{"what is protected", "rm -f /srv/precious", guard.Fact{Known: true, Value: ours}, false},
		{"what an override could lift", "rm -f /srv/soft", guard.Fact{Known: true, Value: ours}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStand(t, Options{})
			s.command.request.Overrides, s.command.request.Reason = []string{"keep.rule.soft"}, "ticket 4711"
			s.facts = guard.Facts{"age": test.age}
			s.stop()
			if got := s.decided(t, s.step(test.step)); got != test.runs {
				t.Errorf("it runs: %v, %s", got, s.verdicts())
			}
			if len(s.person.asked)+len(s.person.refused) > 0 {
				t.Error("somebody was asked")
			}
			if len(s.tally.not) == 1 == test.runs || len(s.tally.ran) == 1 != test.runs || len(s.shown) > 0 == !test.runs {
				t.Errorf("done %q, not done %q, shown %d", s.tally.ran, s.tally.not, len(s.shown))
			}
		})
	}
}

func TestOfARemovalEverythingMustBeOfTheScript(t *testing.T) {
	s := newStand(t, Options{})
	s.facts = guard.Facts{"age": {Known: true, Value: map[string]any{"older": nil}}}
	e := s.step("rm x")
	for words, want := range map[string]bool{
		"rm -rf a b": true, "rmdir a": true, "rm -- -x": true, "rm": false, "rm -f": false, "mv a b": false, "shred a": false,
	} {
		if got := s.cleanup(e).removesNew(t.Context(), operation(t, words)); got != want {
			t.Errorf("%s: %v", words, got)
		}
	}
	unknown := operation(t, "rm -rf a")
	unknown.Args[1].Reading = guard.OneWord
	if s.cleanup(e).removesNew(t.Context(), unknown) {
		t.Error("a word that is not known is taken for the script's own")
	}
	unknown = operation(t, "rm -rf a")
	unknown.Dir.Reading = guard.OneWord
	if s.cleanup(e).removesNew(t.Context(), unknown) {
		t.Error("a directory that is not known is taken for the script's own")
	}
	e.UID = -1
	if s.cleanup(e).removesNew(t.Context(), operation(t, "rm a")) {
		t.Error("whose it is, nobody knows")
	}
	e.UID, s.kernel.began = os.Getuid(), time.Time{}
	if s.cleanup(e).removesNew(t.Context(), operation(t, "rm a")) {
		t.Error("when the script began, nobody knows")
	}
}
