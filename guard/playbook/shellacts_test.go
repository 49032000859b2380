package playbook

import (
	"errors"
	"slices"
	"testing"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

func TestWhatAScriptDoesItself(t *testing.T) {
	for _, test := range []struct {
		name, record, file string
		runs               bool
		log                string
		unasked            int64
	}{
		{"an allowed one is counted", "", "/srv/log", true, "", 1},
		{"a refused one stops the script", "", "/srv/precious", false, "reject truncate --size=0 -- /srv/precious", 0},
		{"one that takes a claim has an entry", "", "/srv/counted", true, "accept truncate --size=0 -- /srv/counted", 0},
		{"where all is recorded it has one too", "all", "/srv/log", true, "accept truncate --size=0 -- /srv/log", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStand(t, Options{OnDeny: "stop", Record: test.record})
			if got := s.decided(t, s.empties(test.file)); got != test.runs {
				t.Errorf("it happens: %v", got)
			}
			if s.verdicts() != test.log || s.tally.unasked != test.unasked || len(s.kernel.stopped) == 1 == test.runs {
				t.Errorf("log %q, counted %d, stopped %v", s.verdicts(), s.tally.unasked, s.kernel.stopped)
			}
		})
	}
}

// A claim is what counts against a limit: it stands in the entry.
func TestAnActWithAClaimTakesIt(t *testing.T) {
	s := newStand(t, Options{OnDeny: "stop"})
	s.decided(t, s.empties("/srv/counted"))
	if claims := s.log.accepted[0].Decision.Claims; len(claims) != 1 || claims[0].Units != 1 {
		t.Errorf("the entry takes %+v", claims)
	}
	if ended := s.log.ended[1]; !ended.Started || ended.Duration != 0 {
		t.Errorf("it takes no time: %+v", ended)
	}
}

// kill is not decided about processes that the run has started itself.
func TestSignalsToTheRunsOwnProcesses(t *testing.T) {
	own := []int{11, 12, 0, -11} // also what would be a group of them
	belongs := func(pid int) bool { return slices.Contains(own, pid) }
	for words, want := range map[string]bool{
		"kill 11": true, "kill -9 11 12": true, "kill -s TERM 11": true, "kill -TERM -- 11": true, "kill": false, "kill 0": false, "kill 1": false, "kill 11 1": false,
		"kill -- -11": false, "kill -9 -11": false, "kill %1": false, "pkill -P 11": true, "pkill -TERM -P 11 sleep": true, "pkill -P 1": false, "pkill sleep": false,
		"pkill -P 11 -u root": false, "killall sleep": false,
	} {
		op := operation(t, words)
		if got := signalsOwn(op, belongs); got != want {
			t.Errorf("%s: %v", words, got)
		}
	}
	if signalsOwn(guard.Operation{Program: "kill", On: supervise.OnSignal, Args: guard.Lits("11")}, belongs) {
		t.Error("what the supervisor asks about is not the run's own")
	}
}

// A script may write a file without an entry in the log, but not when it counts against a
// limit, or when something is to be said about it.
func TestAnActWithAClaimIsRecorded(t *testing.T) {
	allowed := guard.Decision{Effect: guard.Allow}
	claimed := guard.Decision{Effect: guard.Allow, Claims: []guard.Claim{{Kind: guard.BudgetClaim, Units: 1, Room: 1}}}
	for _, test := range []struct {
		name   string
		record string
		report guard.Report
		quiet  bool
	}{
		{"allowed", "", guard.Report{Decision: allowed}, true},
		{"with a claim", "", guard.Report{Decision: claimed}, false},
		{"warned of", "", guard.Report{Decision: guard.Decision{Effect: guard.Warn}}, false},
		{"confirmed", "", guard.Report{Decision: guard.Decision{Effect: guard.Confirm}}, false},
		{"denied", "", guard.Report{Decision: guard.Decision{Effect: guard.Deny}}, false},
		{"failed", "", guard.Report{Decision: allowed, Err: errors.New("x")}, false},
		{"where all is recorded", "all", guard.Report{Decision: allowed}, false},
	} {
		s := &stepDecider{recordsAll: test.record == "all"}
		if got := s.quiet(test.report); got != test.quiet || (s.tally.unasked == 1) != test.quiet {
			t.Errorf("%s: quiet %v, counted %d", test.name, got, s.tally.unasked)
		}
	}
}
