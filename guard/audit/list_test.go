package audit

import (
	"reflect"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// A list tells nothing of an entry that is not what was written but that, and none can be
// hidden by what the log is searched by.
func TestAListSurvivesWhatWasDone(t *testing.T) {
	for name, test := range map[string]struct {
		statement string
		id        int64
		want      string // Damaged
	}{
		"a body is changed":               {"UPDATE entries SET body = replace(body, 'maria', 'marta') WHERE id = 3", 3, entryChanged},
		"a refusal is made an exit":       {"UPDATE entries SET body = replace(body, '\"kind\":\"accept\"', '\"kind\":\"exit\"') WHERE id = 11", 11, entryChanged},
		"a body is no JSON":               {"UPDATE entries SET body = 'x' WHERE id = 5", 5, entryChanged},
		"a body is that of another entry": {"UPDATE entries SET body = (SELECT body FROM entries WHERE id = 1) WHERE id = 7", 7, entryChanged},
		"an entry is gone":                {"DELETE FROM entries WHERE id = 11", 11, entryMissing},
		"an entry cannot be searched":     {"DELETE FROM terms WHERE entry = 9", 9, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := recordSome(t)
			alter(t, path, test.statement)
			found, err := openReader(t, path).List(t.Context(), history.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range found {
				if s.ID != test.id {
					continue
				}
				if s.Damaged != test.want || s.Damaged != "" && s.Command != "" {
					t.Errorf("%+v, want damaged %q", s, test.want)
				}
				return
			}
			t.Errorf("entry %d is not listed", test.id)
		})
	}
	path := recordSome(t)
	alter(t, path, "DELETE FROM entries WHERE id IN (3, 11)")
	if found, err := openReader(t, path).List(t.Context(), history.Filter{Verdict: "accept"}); err != nil || len(found) != 6 {
		t.Errorf("a search ends at a missing row: %d entries, %v", len(found), err)
	}
}

// What is damaged stands in its place in a list that is searched, and one reads on
// after it.
func TestAListGoesOnBehindWhatIsDamaged(t *testing.T) {
	path := recordSome(t)
	alter(t, path, "DELETE FROM entries WHERE id IN (5, 11)", "UPDATE entries SET body = replace(body, 'maria', 'marta') WHERE id = 3", "DELETE FROM entries WHERE id = 9", "DELETE FROM terms WHERE entry = 9")
	r := openReader(t, path)
	for limit := 1; limit <= 6; limit++ {
		var got []int64
		for s, err := range history.All(t.Context(), r, history.Filter{Limit: limit, Verdict: "accept"}) {
			must(t, err)
			if damaged := s.ID != 7 && s.ID != 1; damaged != (s.Damaged != "") {
				t.Errorf("entry %d: damaged %q", s.ID, s.Damaged)
			}
			if got = append(got, s.ID); len(got) > 11 {
				break
			}
		}
		if want := []int64{11, 7, 5, 3, 1}; !reflect.DeepEqual(got, want) {
			t.Errorf("%d at a time: %v, want %v", limit, got, want)
		}
	}
	for before, want := range map[int64]int{1000: 5, 11: 4, 9: 4, 8: 4, 7: 3, 5: 2, 3: 1, 1: 0} {
		list, err := r.List(t.Context(), history.Filter{Before: before, Verdict: "accept"})
		if err != nil || len(list) != want {
			t.Errorf("before %d: %d entries, %v, want %d", before, len(list), err, want)
		}
	}
}

func TestTheListIsSearched(t *testing.T) {
	c := newClock()
	l := openLog(t, newPath(t), c.config)
	start := c.now
	record := func(user string, verdict guard.Verdict, argv ...string) {
		intent := intentOf(verdict, argv...)
		intent.Request.Operator.Name = user
		c.now = c.now.Add(time.Minute)
		if verdict != guard.Accepted {
			if _, err := l.Refuse(t.Context(), intent); err != nil {
				t.Fatal(err)
			}
			return
		}
		must(t, l.Exit(t.Context(), accept(t, l, intent), guard.Outcome{Started: true}))
	}
	record("maria", guard.Accepted, "rm", "-rf", "/srv/Alpha")          // 1, 2
	record("jon", guard.Rejected, "rm", "-rf", "/srv/beta")             // 3
	record("jon", guard.Declined, "dd", "of=/dev/sda")                  // 4
	record("maria", guard.Accepted, "dd", "if=/srv/alpha", "of=/dev/b") // 5, 6
	r := openReader(t, l.config.Path)
	for _, test := range []struct {
		name   string
		filter history.Filter
		want   []int64
	}{
		{"everything, the newest first, without exits", history.Filter{}, []int64{5, 4, 3, 1}},
		{"some", history.Filter{Limit: 2}, []int64{5, 4}},
		{"the next", history.Filter{Limit: 2, Before: 4}, []int64{3, 1}},
		{"a user", history.Filter{User: "jon"}, []int64{4, 3}},
		{"a user's number", history.Filter{User: "1000"}, []int64{5, 4, 3, 1}},
		{"a program and a user", history.Filter{User: "maria", Program: "dd"}, []int64{5}},
		{"a verdict", history.Filter{Verdict: "reject"}, []int64{3}},
		{"a policy", history.Filter{Policy: "filesystem", Limit: 1}, []int64{5}},
		{"a target", history.Filter{Target: "/srv/beta"}, []int64{3}},
		{"since", history.Filter{Since: start.Add(3 * time.Minute)}, []int64{5, 4}},
		{"until", history.Filter{Until: start.Add(3 * time.Minute)}, []int64{3, 1}},
		{"a text, without regard to case", history.Filter{Text: "/srv/ALPHA"}, []int64{5, 1}},
		{"the beginning of a word", history.Filter{Text: "alp"}, []int64{5, 1}},
		{"several words", history.Filter{Text: "rm -rf /srv/b"}, []int64{3}},
		{"words that are not together", history.Filter{Text: "rm beta"}, nil},
		{"nothing", history.Filter{Text: "gamma"}, nil},
	} {
		found, err := r.List(t.Context(), test.filter)
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for _, s := range found {
			ids = append(ids, s.ID)
		}
		if !reflect.DeepEqual(ids, test.want) {
			t.Errorf("%s: %v, want %v", test.name, ids, test.want)
		}
	}
	if entry, err := r.Get(t.Context(), 2); err != nil || entry.ID != 1 || entry.Exit != 2 {
		t.Errorf("the number of an exit shows %d, %v", entry.ID, err)
	}
}
