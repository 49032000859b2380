package audit

import (
	"errors"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
)

func refused(t *testing.T, l *Log, intent guard.Intent) *guard.ClaimRefused {
	t.Helper()
	id, err := l.Accept(t.Context(), intent)
	var claim *guard.ClaimRefused
	if !errors.As(err, &claim) {
		t.Fatalf("entry %d, error %v, want a refused claim", id, err)
	}
	return claim
}

// clock is a time that a test moves.
type clock struct{ now time.Time }

func (c *clock) config(config *Config) { config.Now = func() time.Time { return c.now } }

func newClock() *clock { return &clock{time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)} }

func TestABudgetIsSpentByWhatRan(t *testing.T) {
	for _, test := range []struct {
		name    string
		outcome *guard.Outcome
		later   time.Duration
		granted bool
	}{
		{"while it runs", nil, time.Second, false},
		{"by a command that failed", &guard.Outcome{Started: true, Status: 1}, time.Second, false},
		{"until the window is over", &guard.Outcome{Started: true}, 59 * time.Minute, false},
		{"and free after the window", &guard.Outcome{Started: true}, 61 * time.Minute, true},
		{"but not by one that did not start", &guard.Outcome{}, time.Second, true},
		{"also when the clock is put back", &guard.Outcome{Started: true}, -time.Hour, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClock()
			l := openLog(t, newPath(t), c.config)
			id := accept(t, l, claiming(budget(8, 2)))
			if test.outcome != nil {
				must(t, l.Exit(t.Context(), id, *test.outcome))
			}
			c.now = c.now.Add(test.later)
			if test.granted {
				accept(t, l, claiming(budget(3, 7)))
				return
			}
			if held := refused(t, l, claiming(budget(3, 7))).Held; held != 8 {
				t.Errorf("held %v, want 8", held)
			}
			accept(t, l, claiming(budget(2, 8)))
			if v := verify(t, l.config.Path); !v.OK {
				t.Errorf("%+v", v.Problem)
			}
		})
	}
}

func TestAFloorIsHeldUntilOthersHaveSettled(t *testing.T) {
	for _, test := range []struct {
		name    string
		outcome *guard.Outcome
		later   time.Duration
		granted bool
	}{
		{"while it runs, for weeks", nil, 500 * time.Hour, false},
		{"just after it ended", &guard.Outcome{Started: true}, 59 * time.Second, false},
		{"not when it has settled", &guard.Outcome{Started: true}, 61 * time.Second, true},
		{"not when it did not start", &guard.Outcome{}, 0, true},
		{"also when the clock is put back", &guard.Outcome{Started: true}, -time.Hour, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClock()
			l := openLog(t, newPath(t), c.config)
			id := accept(t, l, claiming(floor(2, 2)))
			if test.outcome != nil {
				must(t, l.Exit(t.Context(), id, *test.outcome))
			}
			c.now = c.now.Add(test.later)
			if test.granted {
				accept(t, l, claiming(floor(3, 1)))
				return
			}
			claim := refused(t, l, claiming(floor(3, 1)))
			if len(claim.Holders) != 1 || !strings.HasPrefix(claim.Holders[0], "maria, entry 1, 2 since ") {
				t.Errorf("holders %q", claim.Holders)
			}
		})
	}
}

func TestAFloorWhoseGuardIsGoneIsHeldForADay(t *testing.T) {
	for _, test := range []struct {
		name    string
		change  func(*self)
		later   time.Duration
		granted bool
	}{
		{"its guard runs", func(*self) {}, 25 * time.Hour, false},
		{"its guard is gone", func(s *self) { s.Started = "1" }, 23 * time.Hour, false},
		{"its guard is gone for a day", func(s *self) { s.Started = "1" }, 25 * time.Hour, true},
		{"its guard is of another container", func(s *self) { s.Space = "pid:[1]" }, 23 * time.Hour, false},
		{"its guard is of another container, for a day", func(s *self) { s.Space = "pid:[1]" }, 25 * time.Hour, true},
		{"the host was started anew", func(s *self) { s.BootID = "another" }, time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClock()
			l := openLog(t, newPath(t), c.config)
			if l.self.Started == "" {
				t.Skip("this system does not say when a process started")
			}
			test.change(&l.self)
			intent := claiming(floor(2, 2))
			intent.Request.Host.BootID = l.self.BootID
			accept(t, l, intent)
			c.now = c.now.Add(test.later)
			if test.granted {
				accept(t, l, claiming(floor(3, 1)))
			} else {
				refused(t, l, claiming(floor(3, 1)))
			}
		})
	}
}

func TestARefusedClaimRecordsNothing(t *testing.T) {
	l := openLog(t, newPath(t))
	refused(t, l, claiming(budget(1, 5), floor(1, -1)))
	if v := verify(t, l.config.Path); !v.OK || v.Entries != 0 {
		t.Errorf("%+v", v)
	}
}

func TestClaimsOfOneCommandCountTogether(t *testing.T) {
	l := openLog(t, newPath(t))
	refused(t, l, claiming(budget(3, 2), budget(3, 2)))
	accept(t, l, claiming(budget(3, 7), budget(3, 7)))
}

func TestAnUnlimitedClaimIsRecordedAndCounts(t *testing.T) {
	l := openLog(t, newPath(t))
	claim := budget(50, -40)
	claim.Unlimited = true
	accept(t, l, claiming(claim))
	if held := refused(t, l, claiming(budget(1, 9))).Held; held != 50 {
		t.Errorf("held %v", held)
	}
}

func TestThePastAnswersQuestions(t *testing.T) {
	c := newClock()
	l := openLog(t, newPath(t), c.config)
	first := accept(t, l, claiming(budget(2, 9), floor(2, 9)))
	must(t, l.Exit(t.Context(), first, guard.Outcome{Started: true}))
	c.now = c.now.Add(time.Hour)
	second := accept(t, l, claiming(budget(3, 90)))
	notStarted := accept(t, l, claiming(budget(5, 90)))
	must(t, l.Exit(t.Context(), notStarted, guard.Outcome{}))
	_ = second
	if _, err := l.Refuse(t.Context(), intentOf(guard.Rejected, "s3-capacity", "x")); err != nil {
		t.Fatal(err)
	}
	at := c.now
	c.now = c.now.Add(30 * time.Second)
	for _, test := range []struct {
		name  string
		args  map[string]any
		count int64
		sum   float64
	}{
		{"everything", map[string]any{}, 2, 5},
		{"a program", map[string]any{"program": "s3-capacity"}, 2, 5},
		{"another program", map[string]any{"program": "rm"}, 0, 0},
		{"a window", map[string]any{"window": 60.0}, 1, 3},
		{"a window and a target", map[string]any{"window": int64(60), "target": "remove"}, 1, 3},
		{"another key", map[string]any{"key": "billing"}, 2, 0},
	} {
		got, err := l.Query(t.Context(), "history", test.args)
		if err != nil {
			t.Fatal(err)
		}
		answer := got.(map[string]any)
		if answer["count"] != test.count || answer["sum"] != test.sum {
			t.Errorf("%s: %v", test.name, answer)
		}
		if last, ok := answer["last"].(time.Time); test.count > 0 && (!ok || !last.Equal(at)) {
			t.Errorf("%s: last %v, want %v", test.name, answer["last"], at)
		}
	}
	got, err := l.Query(t.Context(), "claims", map[string]any{"kind": "budget", "policy": "remove-capacity", "block": "blast_radius.servers", "key": "index", "window": 60.0, "settle": nil})
	if err != nil || got.(map[string]any)["held"] != 3.0 || got.(map[string]any)["holders"].([]any)[0] != "maria, entry 3, 3 since 30s" {
		t.Errorf("%v, %v", got, err)
	}
	for _, args := range []map[string]any{{"windov": 3.0}, {"window": "1h"}, {"window": -1.0}, {"program": 3}} {
		if got, err := l.Query(t.Context(), "history", args); err == nil {
			t.Errorf("%v: %v", args, got)
		}
	}
}

// A question about the past is not answered from what somebody changed.
func TestThePastIsNotAskedOfAChangedLog(t *testing.T) {
	for name, statement := range map[string]string{
		"an entry is hidden from the search":  "DELETE FROM terms WHERE entry = 3 AND kind = 'verdict'",
		"an entry is made older":              "UPDATE terms SET at = at - 1000000000000 WHERE entry = 3",
		"two entries change places":           "UPDATE terms SET entry = 99 WHERE entry = 3 AND kind = 'verdict'",
		"an entry is found that did not run":  "INSERT INTO terms SELECT 'verdict', 'accept', at, entry FROM terms WHERE kind = 'of' AND value = '3'",
		"a body is changed":                   "UPDATE entries SET body = replace(body, 'maria', 'marta') WHERE id = 3",
		"an outcome says that it did not run": "UPDATE entries SET body = replace(body, '\"started\":true', '\"started\":false') WHERE id = 2",
		"an entry is gone":                    "DELETE FROM entries WHERE id = 3",
	} {
		t.Run(name, func(t *testing.T) {
			path := recordSome(t)
			ask := func() (any, error) {
				l := openLog(t, path)
				return l.Query(t.Context(), "history", map[string]any{})
			}
			if answer, err := ask(); err != nil || answer.(map[string]any)["count"] == int64(0) {
				t.Fatal(answer, err)
			}
			alter(t, path, statement)
			if answer, err := ask(); err == nil {
				t.Errorf("answered %v", answer)
			}
		})
	}
}
