package historytest

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

func check(t *testing.T, breaks func(*memory)) error {
	t.Helper()
	return Check(t.Context(), func(now func() time.Time) (guard.Log, history.Store, error) {
		m := &memory{now: now}
		if breaks != nil {
			breaks(m)
		}
		return m, m, nil
	})
}

func TestAStoreThatKeepsItsPromisesPasses(t *testing.T) {
	if err := check(t, nil); err != nil {
		t.Error(err)
	}
	if err := check(t, func(m *memory) { m.byTime = true }); err != nil {
		t.Errorf("by time: %v", err)
	}
}

// Each promise that a store breaks is found, by the check that is for it.
func TestEachBrokenPromiseIsFound(t *testing.T) {
	for _, test := range []struct {
		name, want string
		breaks     func(*memory)
	}{
		{"the oldest first", "list: everything", func(m *memory) {
			m.list = func(l []history.Summary, _ history.Filter) []history.Summary { slices.Reverse(l); return l }
		}},
		{"a short list", "list: everything", func(m *memory) {
			m.list = func(l []history.Summary, _ history.Filter) []history.Summary { return l[:min(len(l), 3)] }
		}},
		{"no limit", "no limit", func(m *memory) { m.filter = func(f *history.Filter) { f.Limit = max(f.Limit, 1000) } }},
		{"an entry is listed again on the next page", "pages: everything", func(m *memory) {
			m.filter = func(f *history.Filter) {
				if f.Before > 0 {
					f.Before++
				}
			}
		}},
		{"an entry is left out between two pages", "pages: everything", func(m *memory) {
			m.filter = func(f *history.Filter) { f.Before = max(f.Before-1, 0) }
		}},
		{"on behind all of the same time", "pages: everything", func(m *memory) {
			m.list = func(l []history.Summary, f history.Filter) []history.Summary {
				if f.Before > 0 {
					at := m.entries[f.Before-1].At
					return slices.DeleteFunc(l, func(s history.Summary) bool { return s.At.Equal(at) })
				}
				return l
			}
		}},
		{"by time, and on by number", "after the clock was set back: pages: everything", func(m *memory) { m.byTime, m.onByNumber = true, true }},
		{"since is left out", "list: since", func(m *memory) { m.filter = func(f *history.Filter) { f.Since = time.Time{} } }},
		{"since is not included", "list: since", func(m *memory) {
			m.filter = func(f *history.Filter) {
				if !f.Since.IsZero() {
					f.Since = f.Since.Add(1)
				}
			}
		}},
		{"until is included", "list: until", func(m *memory) {
			m.filter = func(f *history.Filter) {
				if !f.Until.IsZero() {
					f.Until = f.Until.Add(1)
				}
			}
		}},
		{"the verdict is left out", "list: accepted", func(m *memory) { m.filter = func(f *history.Filter) { f.Verdict = "" } }},
		{"the program is left out", "list: program", func(m *memory) { m.filter = func(f *history.Filter) { f.Program = "" } }},
		{"the user is left out", "list: user by name", func(m *memory) { m.filter = func(f *history.Filter) { f.User = "" } }},
		{"a user has no number", "list: user by number", func(m *memory) {
			m.filter = func(f *history.Filter) { f.User = strings.ReplaceAll(f.User, "1000", "1000x") }
		}},
		{"the policy is left out", "list: policy", func(m *memory) { m.filter = func(f *history.Filter) { f.Policy = "" } }},
		{"the target is left out", "list: target", func(m *memory) { m.filter = func(f *history.Filter) { f.Target = "" } }},
		{"the run is left out", "list: run", func(m *memory) { m.filter = func(f *history.Filter) { f.Run = 0 } }},
		{"only the first word of a text counts", "text that none has", func(m *memory) {
			m.filter = func(f *history.Filter) { f.Text, _, _ = strings.Cut(f.Text, " ") }
		}},
		{"two filters are one too many", "list: since and accepted", func(m *memory) {
			m.filter = func(f *history.Filter) {
				if !f.Since.IsZero() {
					f.Verdict = ""
				}
			}
		}},
		{"an unknown outcome is none", "summaries: entry 6: ending", func(m *memory) {
			m.entry = func(e history.Entry) history.Entry {
				if e.Ending == history.UnknownEnd {
					e.Ending = history.NothingRan
				}
				return e
			}
		}},
		{"outcomes get lost", "summaries: entry 1: outcome", func(m *memory) {
			m.entry = func(e history.Entry) history.Entry { e.Outcome = nil; return e }
		}},
		{"a command gets lost", "get: entry 1:", func(m *memory) {
			m.entry = func(e history.Entry) history.Entry { e.Intent.Argv = nil; return e }
		}},
		{"a missing entry is empty", "which there is not", func(m *memory) { m.missing = true }},
		{"steps of all runs", "steps: got", func(m *memory) { m.stepsOfAll = true }},
		{"the last step first", "steps: got", func(m *memory) { m.stepsBackward = true }},
		{"unfinished entries are not counted", "verify: ", func(m *memory) { m.finished = true }},
		{"a context that is done is not looked at", "context: ", func(m *memory) { m.deaf = true }},
		{"steps go on behind an error", "it goes on behind an error", func(m *memory) { m.goesOn = true }},
		{"what is recorded meanwhile is listed", "meanwhile: got", func(m *memory) {
			m.filter = func(f *history.Filter) {
				if len(m.entries) > nSteps+8 {
					f.Before = 0
				}
			}
		}},
	} {
		if err := check(t, test.breaks); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

// memory is a log and its Store, with faults that can be put in.
type memory struct {
	now     func() time.Time
	entries []history.Entry // in the order of recording
	byTime  bool            // how lists are ordered

	filter        func(*history.Filter)
	list          func([]history.Summary, history.Filter) []history.Summary
	entry         func(history.Entry) history.Entry
	onByNumber    bool
	missing       bool
	stepsBackward bool
	stepsOfAll    bool
	finished      bool
	deaf          bool
	goesOn        bool
}

func (m *memory) Accept(_ context.Context, intent guard.Intent) (int64, error) {
	return m.record(intent, history.UnknownEnd)
}

func (m *memory) Refuse(_ context.Context, intent guard.Intent) (int64, error) {
	return m.record(intent, history.NothingRan)
}

func (m *memory) record(intent guard.Intent, ending history.Ending) (int64, error) {
	e := history.Entry{Intent: intent, Summary: history.Summary{
		ID: int64(len(m.entries) + 1), At: m.now(), Verdict: intent.Verdict, Effect: intent.Decision.Effect.String(), Why: intent.Why,
		User: intent.Request.Operator.Name, UID: intent.Request.Operator.UID, Host: intent.Request.Host.Name, Run: intent.Request.Run,
		Command: guard.CommandLine(intent.Request.Argv), Summary: intent.Decision.Summary, Ending: ending,
		Programs: []string{intent.Operations[0].Program}, Policies: intent.Decision.Policies,
	}}
	for _, target := range intent.Decision.Targets {
		e.Targets = append(e.Targets, target.Resolved)
	}
	m.entries = append(m.entries, e)
	return e.ID, nil
}

func (m *memory) Exit(_ context.Context, id int64, outcome guard.Outcome) error {
	m.entries[id-1].Ending, m.entries[id-1].Outcome = history.Ended, &outcome
	return nil
}

func (m *memory) done(ctx context.Context) error {
	if m.deaf {
		return nil
	}
	return ctx.Err()
}

func (m *memory) List(ctx context.Context, f history.Filter) ([]history.Summary, error) {
	limit := f.Limit
	if limit == 0 {
		f.Limit = history.DefaultLimit
	}
	if m.filter != nil {
		m.filter(&f)
	}
	var list []history.Summary
	for _, e := range slices.Backward(m.entries) {
		c := command{at: e.At, intent: e.Intent}
		if c.fits(f) {
			list = append(list, m.told(e).Summary)
		}
	}
	if m.byTime {
		slices.SortStableFunc(list, func(a, b history.Summary) int { return b.At.Compare(a.At) })
	}
	if m.byTime && !m.onByNumber && f.Before > 0 {
		list = list[1+slices.IndexFunc(list, func(s history.Summary) bool { return s.ID == f.Before }):]
	} else if f.Before > 0 {
		list = slices.DeleteFunc(list, func(s history.Summary) bool { return s.ID >= f.Before })
	}
	if m.list != nil {
		list = m.list(list, f)
	}
	return list[:min(len(list), f.Limit)], m.done(ctx)
}

func (m *memory) told(e history.Entry) history.Entry {
	if m.entry != nil {
		return m.entry(e)
	}
	return e
}

func (m *memory) Get(ctx context.Context, id int64) (history.Entry, error) {
	switch {
	case m.done(ctx) != nil:
		return history.Entry{}, ctx.Err()
	case id >= 1 && id <= int64(len(m.entries)):
		return m.told(m.entries[id-1]), nil
	case m.missing:
		return history.Entry{}, nil
	default:
		return history.Entry{}, history.ErrNoEntry
	}
}

func (m *memory) Steps(ctx context.Context, run int64) iter.Seq2[history.Entry, error] {
	return func(yield func(history.Entry, error) bool) {
		entries := slices.Clone(m.entries)
		if m.stepsBackward {
			slices.Reverse(entries)
		}
		for _, e := range entries {
			if err := m.done(ctx); err != nil {
				if !yield(history.Entry{}, err) || !m.goesOn {
					return
				}
			}
			if own := e.Intent.Request.Run; own != 0 && (run == own || m.stepsOfAll) && !yield(m.told(e), nil) {
				return
			}
		}
	}
}

func (m *memory) Verify(ctx context.Context, _ func(done, total int64)) (history.Verification, error) {
	v := history.Verification{OK: true, Entries: int64(len(m.entries)), Checked: int64(len(m.entries))}
	for _, e := range m.entries {
		if e.Ending == history.UnknownEnd && !m.finished {
			v.Unfinished++
		}
	}
	return v, m.done(ctx)
}
