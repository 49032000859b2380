package audit

import (
	"reflect"
	"testing"
	"time"

	"blastguard/guard"
)

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
		filter Filter
		want   []int64
	}{
		{"everything, the newest first, without exits", Filter{}, []int64{5, 4, 3, 1}},
		{"some", Filter{Limit: 2}, []int64{5, 4}},
		{"the next", Filter{Limit: 2, Before: 4}, []int64{3, 1}},
		{"a user", Filter{User: "jon"}, []int64{4, 3}},
		{"a user's number", Filter{User: "1000"}, []int64{5, 4, 3, 1}},
		{"a program and a user", Filter{User: "maria", Program: "dd"}, []int64{5}},
		{"a verdict", Filter{Verdict: "reject"}, []int64{3}},
		{"a policy", Filter{Policy: "filesystem", Limit: 1}, []int64{5}},
		{"a target", Filter{Target: "/srv/beta"}, []int64{3}},
		{"since", Filter{Since: start.Add(3 * time.Minute)}, []int64{5, 4}},
		{"until", Filter{Until: start.Add(3 * time.Minute)}, []int64{3, 1}},
		{"a text, without regard to case", Filter{Text: "/srv/ALPHA"}, []int64{5, 1}},
		{"the beginning of a word", Filter{Text: "alp"}, []int64{5, 1}},
		{"several words", Filter{Text: "rm -rf /srv/b"}, []int64{3}},
		{"words that are not together", Filter{Text: "rm beta"}, nil},
		{"nothing", Filter{Text: "gamma"}, nil},
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
