package review

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// night is a log of two entries: the list, and the newest of them whole.
func night() ([]history.Summary, history.Entry, time.Time) {
	at := time.Date(2026, 1, 31, 23, 27, 0, 0, time.UTC)
	intent := guard.Intent{
		Verdict: guard.Rejected, Why: "role: primary", Argv: []string{"rm", "-rf", "/data/\x1b[2J"}, Version: "1", Mode: "enforce",
		Request: guard.Request{
			Argv: []string{"rm", "-rf", "/data/\x1b[2J"}, Dir: "/root", Env: []string{"PGHOST=db1"}, Reason: "full\u202edisk",
			Operator: guard.Operator{UID: 1000, LoginUID: -1, Name: "maria", TTY: "/dev/pts/3", Ancestry: []guard.Process{{PID: 2, Name: "bash"}, {PID: 1, Name: "sshd"}}},
			Host:     guard.Host{Name: "db1"},
		},
		Operations: []guard.Operation{{Program: "rm", Path: "rm", Args: guard.Lits("-rf", "/data/\x1b[2J"), Via: []string{"sudo"}}},
		Decision: guard.Decision{
			Summary: "delete /data", Policies: []string{"data-directory"},
			Checks: []guard.Check{
				{Policy: "data-directory", Name: "role", Status: guard.Fails, Value: "primary", Limit: "must be secondary", Pos: "policies/pg.hcl:12", Evidence: []string{"asked PostgreSQL 15"}},
				{Policy: "data-directory", Name: "backup", Status: guard.Unknown, Message: "no answer"},
			},
			Targets: []guard.Target{{Given: "/data", Resolved: "/srv/data", Detail: "directory"}},
		},
		Facts: []guard.Finding{{Ask: guard.Ask{Key: "k", Kind: "datadir", Label: "data-directory: db"}, Fact: guard.Fact{Known: true, At: at, Value: map[string]any{"role": "primary", "lag": nil, "size": guard.Unmeasured{Reason: "limit"}}}}},
	}
	accepted := intent
	accepted.Verdict, accepted.Why = guard.Accepted, ""
	accepted.Answer = &guard.Answer{Yes: true, How: "typed", Shown: "panel\x1b[31m", Took: 2 * time.Second}
	rejected := history.Summary{
		ID: 1, At: at, Verdict: guard.Rejected, Effect: "deny", User: "maria", UID: 1000, Host: "db1",
		Command: guard.CommandLine(intent.Argv), Summary: "delete /data", Why: intent.Why,
		Programs: []string{"rm"}, Policies: []string{"data-directory"}, Targets: []string{"/srv/data"}, Ending: history.NothingRan,
	}
	killed := rejected
	killed.ID, killed.Verdict, killed.Why, killed.Ending, killed.Exit = 2, guard.Accepted, "", history.Ended, 3
	killed.Outcome = &guard.Outcome{Started: true, Status: -1, Signal: 9, Duration: 1500 * time.Millisecond}
	entry := history.Entry{Summary: killed, Intent: accepted, Env: accepted.Request.Env, PID: 42, Leaf: strings.Repeat("0e", 32), Salt: strings.Repeat("5a", 32), Body: `{"about":{}}`}
	entry.Intent.Request.Env = nil
	return []history.Summary{killed, rejected}, entry, at.Add(3 * time.Hour)
}

func TestTheListFitsATerminal(t *testing.T) {
	entries, _, now := night()
	var b strings.Builder
	if err := List(&b, entries, false, Style{Now: now}); err != nil {
		t.Fatal(err)
	}
	want := `entry  time (UTC)         ago  user  verdict  ending    command
    2  2026-01-31 23:27    3h  maria accept   signal 9  rm -rf $'/data/\x1b[2J'
    1  2026-01-31 23:27    3h  maria reject   -         rm -rf $'/data/\x1b[2J'
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("too wide: %s", line)
		}
	}
	// A step says of which run, and a list that is not all of the log how to read on.
	entries[0].Run = 12
	b.Reset()
	if err := List(&b, entries, true, Style{Now: now, Width: 70}); err != nil {
		t.Fatal(err)
	}
	want = `entry  time (UTC)         ago  user  verdict  ending    command
    2  2026-01-31 23:27    3h  maria accept   signal 9  in 12: rm -rf …
    1  2026-01-31 23:27    3h  maria reject   -         rm -rf $'/dat…
older entries: --before 1, or more at once: --limit N
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := List(&b, nil, false, Style{}); err != nil || b.String() != "no entries\n" {
		t.Errorf("%q %v", b.String(), err)
	}
}

func TestLongCommandsAreCutToTheWidth(t *testing.T) {
	entries, _, now := night()
	entries[0].Command, entries[0].User = strings.Repeat("ü", 300), "a-very-long-name-of-a-user"
	var b strings.Builder
	if err := List(&b, entries, false, Style{Now: now, Width: 80}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("%d columns: %s", len([]rune(line)), line)
		}
	}
}

func TestAPageSaysEverythingAndActsOnNothing(t *testing.T) {
	_, entry, now := night()
	var b strings.Builder
	if err := Show(&b, entry, Style{Now: now}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"entry 2  accept  2026-01-31 23:27:00.000 UTC (3h ago)", "ended by signal 9 after 1.5s", "/data → /srv/data  (directory)",
		"maria (uid 1000, euid 0, loginuid not set)", "sshd[1] → bash[2]", "PGHOST=db1", "data-directory.role  primary, must be secondary  policies/pg.hcl:12",
		"asked PostgreSQL 15", "unknown      data-directory.backup", "no answer", `{lag: null, role: "primary", size: not known (limit)}`,
		"yes (typed) after 2s", "(through sudo)", `full\u202edisk`, entry.Leaf,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	if strings.ContainsAny(b.String(), "\x1b\u202e") {
		t.Error("an escape reaches the terminal")
	}
}

func TestColorOnlyWhereItIsWanted(t *testing.T) {
	entries, entry, now := night()
	var b strings.Builder
	if err := errors.Join(List(&b, entries, false, Style{Color: true, Now: now}), Show(&b, entry, Style{Color: true})); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[31m") || strings.Contains(b.String(), "\x1b[2J") {
		t.Errorf("%q", b.String())
	}
}

func TestAVerificationSaysWhichEntry(t *testing.T) {
	for _, test := range []struct {
		v    history.Verification
		want string
	}{
		{history.Verification{OK: true, Entries: 1, Root: "ab"}, "the log verifies: 1 entry, root ab\n"},
		{history.Verification{OK: true, Entries: 3, Root: "ab", Unfinished: 1}, "the log verifies: 3 entries, root ab\nwithout outcome: 1\n"},
		{history.Verification{Entries: 3, Checked: 1, Problem: &history.Problem{Entry: 2, What: "changed"}}, "the log does not verify: entry 2: changed\n1 of 3 entries were read and are as they were written\nkeep the database and the files beside it for investigation\n"},
		{history.Verification{}, "the log was not verified\n0 of 0 entries were read and are as they were written\nkeep the database and the files beside it for investigation\n"},
	} {
		var b strings.Builder
		if err := Verification(&b, test.v, Style{}); err != nil || b.String() != test.want {
			t.Errorf("got %s, %v", b.String(), err)
		}
	}
}

func TestEverythingIsJSON(t *testing.T) {
	entries, entry, _ := night()
	shown, err := EntryJSON(entry, stepsOf())
	if err != nil || shown.Steps != nil {
		t.Errorf("%v, steps %v of a command that had none", err, shown.Steps)
	}
	for _, value := range []any{ListJSON(entries), ListJSON(nil), shown, VerificationJSON(history.Verification{})} {
		text, err := json.Marshal(value)
		if err != nil || string(text) == "null" {
			t.Errorf("%T: %s %v", value, text, err)
		}
	}
	text, _ := json.Marshal(ListJSON(entries))
	for _, want := range []string{`"id":2`, `"verdict":"accept"`, `"ending":"ended"`, `"signal":9`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is missing in %s", want, text)
		}
	}
}

func TestTheErrorOfAWriterIsReturned(t *testing.T) {
	entries, entry, _ := night()
	for name, err := range map[string]error{
		"list": List(full{}, entries, false, Style{}), "show": Show(full{}, entry, Style{}), "verification": Verification(full{}, history.Verification{}, Style{}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }
