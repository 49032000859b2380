package historytest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// restriction is a filter of one field.
type restriction struct {
	name string
	put  func(*history.Filter)
}

func (r *recorder) restrictions() []restriction {
	return []restriction{
		{"since", func(f *history.Filter) { f.Since = r.commands[3].at }},
		{"until", func(f *history.Filter) { f.Until = r.commands[20].at }},
		{"accepted", func(f *history.Filter) { f.Verdict = string(guard.Accepted) }},
		{"rejected", func(f *history.Filter) { f.Verdict = string(guard.Rejected) }},
		{"declined", func(f *history.Filter) { f.Verdict = string(guard.Declined) }},
		{"program", func(f *history.Filter) { f.Program = "dd" }},
		{"user by name", func(f *history.Filter) { f.User = "jon" }},
		{"user by number", func(f *history.Filter) { f.User = "1000" }},
		{"policy", func(f *history.Filter) { f.Policy = "of-rm" }},
		{"target", func(f *history.Filter) { f.Target = "/srv/Alpha" }},
		{"run", func(f *history.Filter) { f.Run = r.run }},
		{"text of a command, in another case", func(f *history.Filter) { f.Text = "RM -r /srv/a" }},
		{"text of a summary", func(f *history.Filter) { f.Text = "overwrite some" }},
		{"text that many have", func(f *history.Filter) { f.Text = "srv" }},
		{"text that none has", func(f *history.Filter) { f.Text = "rm something" }},
		{"policy that none has", func(f *history.Filter) { f.Policy = "of" }},
		{"target below which there are some", func(f *history.Filter) { f.Target = "/srv" }},
	}
}

// filters are none, all fields alone, and each with each other one.
func (r *recorder) filters() iter.Seq2[string, history.Filter] {
	return func(yield func(string, history.Filter) bool) {
		if !yield("everything", history.Filter{}) {
			return
		}
		all := r.restrictions()
		for _, one := range all {
			var f history.Filter
			one.put(&f)
			if !yield(one.name, f) {
				return
			}
		}
		for i, one := range all {
			for _, other := range all[i+1:] {
				var f history.Filter
				one.put(&f)
				other.put(&f)
				if !yield(one.name+" and "+other.name, f) {
					return
				}
			}
		}
	}
}

// fits is the filter in other words.
func (c command) fits(f history.Filter) bool {
	request, decision := c.intent.Request, c.intent.Decision
	return (f.User == "" || f.User == request.Operator.Name || f.User == strconv.Itoa(request.Operator.UID)) &&
		!c.at.Before(f.Since) && (f.Until.IsZero() || c.at.Before(f.Until)) &&
		(f.Verdict == "" || f.Verdict == string(c.intent.Verdict)) &&
		(f.Program == "" || f.Program == c.intent.Operations[0].Program) &&
		(f.Policy == "" || slices.Contains(decision.Policies, f.Policy)) &&
		(f.Run == 0 || f.Run == request.Run) &&
		(f.Target == "" || slices.ContainsFunc(decision.Targets, func(t guard.Target) bool { return t.Resolved == f.Target })) &&
		c.mentions(strings.ToLower(f.Text))
}

// mentions says whether a text in lower case stands in the command, the summary or a
// target.
func (c command) mentions(text string) bool {
	if text == "" {
		return true
	}
	where := []string{strings.Join(c.intent.Request.Argv, " "), c.intent.Decision.Summary}
	for _, target := range c.intent.Decision.Targets {
		where = append(where, target.Resolved)
	}
	return slices.ContainsFunc(where, func(s string) bool { return strings.Contains(strings.ToLower(s), text) })
}

// orders are the numbers of the commands that fit, the newest first: by number, and
// by time. They are the same while the clock was not set back.
func (r *recorder) orders(f history.Filter) (byNumber, byTime []int64) {
	var fitting []command
	for _, c := range r.commands {
		if c.fits(f) {
			fitting = append(fitting, c)
		}
	}
	slices.Reverse(fitting)
	for _, c := range fitting {
		byNumber = append(byNumber, c.id)
	}
	slices.SortStableFunc(fitting, func(a, b command) int { return b.at.Compare(a.at) })
	for _, c := range fitting {
		byTime = append(byTime, c.id)
	}
	return byNumber, byTime
}

func numbers(list []history.Summary) []int64 {
	var all []int64
	for _, s := range list {
		all = append(all, s.ID)
	}
	return all
}

// checkLists compares whole lists with what fits.
func checkLists(ctx context.Context, r *recorder) []error {
	var faults []error
	for name, f := range r.filters() {
		byNumber, byTime := r.orders(f)
		f.Limit = len(r.commands) + 1
		list, err := r.store.List(ctx, f)
		if got := numbers(list); err != nil || !slices.Equal(got, byNumber) && !slices.Equal(got, byTime) {
			faults = append(faults, fmt.Errorf("%s: got %v, %v, want %v", name, got, err, byTime))
		}
	}
	list, err := r.store.List(ctx, history.Filter{})
	if err != nil || len(list) != history.DefaultLimit {
		faults = append(faults, fmt.Errorf("no limit: %d entries, %v, want %d", len(list), err, history.DefaultLimit))
	}
	return faults
}

// checkPages reads lists in pieces, which must make the whole.
func checkPages(ctx context.Context, r *recorder) []error {
	var faults []error
	for name, f := range r.filters() {
		f.Limit = len(r.commands) + 1
		list, err := r.store.List(ctx, f)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
			continue
		}
		want := numbers(list)
		for _, limit := range []int{1, 7} {
			if strings.Contains(name, " and ") && limit == 1 {
				continue
			}
			f.Limit = limit
			if got, err := r.inPages(ctx, f); err != nil || !slices.Equal(got, want) {
				faults = append(faults, fmt.Errorf("%s, %d at a time: got %v, %v, want %v", name, limit, got, err, want))
			}
		}
	}
	return faults
}

// inPages reads a list in pages of at most f.Limit entries.
func (r *recorder) inPages(ctx context.Context, f history.Filter) ([]int64, error) {
	var all []int64
	for range len(r.commands) + 1 {
		page, err := r.store.List(ctx, f)
		switch {
		case err != nil:
			return all, err
		case len(page) == 0:
			return all, nil
		case len(page) > f.Limit:
			return all, fmt.Errorf("%d entries in a list of at most %d", len(page), f.Limit)
		}
		all = append(all, numbers(page)...)
		f.Before = page[len(page)-1].ID
	}
	return all, errors.New("the pages do not end")
}

// checkMeanwhile records while a list is read in pages. It is the last check, for
// there is a command more afterwards.
func checkMeanwhile(ctx context.Context, r *recorder) []error {
	for _, f := range []history.Filter{{Limit: 10}, {Limit: 10, User: "maria"}} {
		f.Limit = len(r.commands) + 1
		whole, err := r.store.List(ctx, f)
		if err != nil {
			return []error{err}
		}
		f.Limit = 10
		var got []int64
		for s, err := range history.All(ctx, r.store, f) {
			if err != nil {
				return []error{err}
			}
			if len(got) == 0 {
				r.now = start.Add(1000 * time.Hour)
				if err := r.add(ctx, intentOf(guard.Rejected, guard.Operator{UID: 1000, Name: "maria"}, "rm -r /srv/later"), nil); err != nil {
					return []error{err}
				}
			}
			if got = append(got, s.ID); len(got) > len(r.commands) {
				break
			}
		}
		if want := numbers(whole); !slices.Equal(got, want) {
			return []error{fmt.Errorf("got %v, want %v", got, want)}
		}
	}
	return nil
}
