package probe_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe"
)

// one measures a single question.
func one(t *testing.T, config probe.Config, kind string, args map[string]any) guard.Fact {
	t.Helper()
	if config.Total == 0 {
		config.Total = time.Minute
	}
	ask := guard.Ask{Key: "k", Kind: kind, Args: args, Timeout: time.Minute}
	fact, ok := probe.New(config).Measure(t.Context(), []guard.Ask{ask})["k"]
	if !ok {
		t.Fatalf("%s: no fact at all", kind)
	}
	return fact
}

// known is the value of a question that must have an answer.
func known(t *testing.T, config probe.Config, kind string, args map[string]any) any {
	t.Helper()
	fact := one(t, config, kind, args)
	if !fact.Known {
		t.Fatalf("%s %v: not known: %s", kind, args, fact.Reason)
	}
	return fact.Value
}

// unknown is the reason of a question that must have no answer.
func unknown(t *testing.T, config probe.Config, kind string, args map[string]any, want string) guard.Fact {
	t.Helper()
	fact := one(t, config, kind, args)
	if fact.Known || fact.Value != nil {
		t.Fatalf("%s %v: known as %v, must not be", kind, args, fact.Value)
	}
	if !strings.Contains(fact.Reason, want) {
		t.Fatalf("%s %v: reason %q, want %q in it", kind, args, fact.Reason, want)
	}
	return fact
}

func answering(value any, err error) map[string]probe.Func {
	return map[string]probe.Func{"x": func(context.Context, map[string]any) (any, []string, error) { return value, nil, err }}
}

func TestMeasureReturnsAtTheDeadlineWhenAProbeHangs(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	stuck := func(context.Context, map[string]any) (any, []string, error) { <-release; return true, nil, nil }
	quick := func(context.Context, map[string]any) (any, []string, error) { return int64(7), nil, nil }
	p := probe.New(probe.Config{Extra: map[string]probe.Func{"stuck": stuck, "quick": quick}})
	facts := p.Measure(t.Context(), []guard.Ask{
		{Key: "a", Kind: "stuck", Timeout: 20 * time.Millisecond},
		{Key: "b", Kind: "quick"},
	})
	if got, want := facts["a"].Reason, "no answer in 20ms"; got != want || facts["a"].Known {
		t.Errorf("stuck: %+v, want unknown with %q", facts["a"], want)
	}
	if !facts["b"].Known || facts["b"].Value != int64(7) {
		t.Errorf("quick: %+v, want 7: a stuck probe must not spoil the others", facts["b"])
	}
}

func TestTheTotalBoundsEveryProbe(t *testing.T) {
	hang := func(ctx context.Context, _ map[string]any) (any, []string, error) {
		<-ctx.Done()
		return nil, nil, ctx.Err()
	}
	p := probe.New(probe.Config{Total: 30 * time.Millisecond, Extra: map[string]probe.Func{"hang": hang}})
	fact := p.Measure(t.Context(), []guard.Ask{{Key: "a", Kind: "hang", Timeout: time.Hour}})["a"]
	if fact.Known || fact.Reason != "no answer in 30ms" {
		t.Errorf("got %+v, want the total's deadline as the reason", fact)
	}
}

func TestWithoutATimeoutAProbeGetsThreeSeconds(t *testing.T) {
	deadline := func(ctx context.Context, _ map[string]any) (any, []string, error) {
		end, ok := ctx.Deadline()
		return ok && time.Until(end) <= 3*time.Second, nil, nil
	}
	p := probe.New(probe.Config{Extra: map[string]probe.Func{"d": deadline}})
	if fact := p.Measure(t.Context(), []guard.Ask{{Key: "a", Kind: "d"}})["a"]; fact.Value != true {
		t.Errorf("got %+v, want a deadline of at most 3s", fact)
	}
}

func TestAProbeMaySayWhatItKnowsAtItsDeadline(t *testing.T) {
	partial := func(ctx context.Context, _ map[string]any) (any, []string, error) {
		<-ctx.Done()
		least := int64(5)
		return guard.Unmeasured{Reason: "counted to 5", AtLeast: &least}, nil, nil
	}
	p := probe.New(probe.Config{Extra: map[string]probe.Func{"p": partial}})
	fact := p.Measure(t.Context(), []guard.Ask{{Key: "a", Kind: "p", Timeout: time.Millisecond}})["a"]
	if part, ok := fact.Value.(guard.Unmeasured); !ok || *part.AtLeast != 5 {
		t.Errorf("got %+v, want the lower bound", fact)
	}
}

func TestCancellingEndsTheRound(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	stuck := func(context.Context, map[string]any) (any, []string, error) {
		cancel()
		<-release
		return true, nil, nil
	}
	p := probe.New(probe.Config{Extra: map[string]probe.Func{"stuck": stuck}})
	fact := p.Measure(ctx, []guard.Ask{{Key: "a", Kind: "stuck", Timeout: time.Hour}})["a"]
	if fact.Known || fact.Reason != "stopped while it was measured" {
		t.Errorf("got %+v", fact)
	}
}

func TestEqualKeysAreAskedOnce(t *testing.T) {
	var calls atomic.Int32
	count := func(context.Context, map[string]any) (any, []string, error) { calls.Add(1); return true, nil, nil }
	p := probe.New(probe.Config{Extra: map[string]probe.Func{"c": count}})
	facts := p.Measure(t.Context(), []guard.Ask{{Key: "a", Kind: "c"}, {Key: "a", Kind: "c"}, {Key: "b", Kind: "c"}})
	if calls.Load() != 2 || len(facts) != 2 {
		t.Errorf("%d calls, %d facts; want 2 and 2", calls.Load(), len(facts))
	}
}

func TestNothingAskedIsNothingMeasured(t *testing.T) {
	if facts := probe.New(probe.Config{}).Measure(t.Context(), nil); len(facts) != 0 {
		t.Errorf("got %v", facts)
	}
}

func TestAFactSaysWhenAndHowLong(t *testing.T) {
	clock := time.Date(2017, 1, 31, 23, 0, 0, 0, time.UTC)
	var ticks atomic.Int64
	config := probe.Config{
		Now:   func() time.Time { return clock.Add(time.Duration(ticks.Add(1)) * time.Second) },
		Extra: answering(true, nil),
	}
	fact := one(t, config, "x", nil)
	if fact.Took != time.Second || !fact.At.Equal(clock.Add(2*time.Second)) {
		t.Errorf("at %v, took %v", fact.At, fact.Took)
	}
}

func TestDoubtIsUnknown(t *testing.T) {
	panics := map[string]probe.Func{"x": func(context.Context, map[string]any) (any, []string, error) { panic("index out of range") }}
	long := strings.Repeat("a", 5000)
	cases := []struct {
		name  string
		extra map[string]probe.Func
		want  string
	}{
		{"a probe that panics", panics, "index out of range"},
		{"a probe that is missing", nil, `no probe "x"`},
		{"a probe that is nil", map[string]probe.Func{"x": nil}, `no probe "x"`},
		{"an error", answering(nil, errors.New("no answer on port 5432")), "no answer on port 5432"},
		{"an error beside a value", answering(true, errors.New("half of it")), "half of it"},
		{"an error without a word", answering(nil, errors.New("")), "gave no reason"},
		{"an error with terminal escapes", answering(nil, errors.New("\x1b[2Jgone")), `\x1b[2Jgone`},
		{"an endless error", answering(nil, errors.New(long)), "aaa…"},
		{"a value of a strange type", answering(struct{}{}, nil), "struct {}"},
		{"a strange type deep inside", answering([]any{map[string]any{"a": int8(1)}}, nil), "int8"},
		{"not a number", answering(math.NaN(), nil), "NaN"},
		{"an infinite number", answering(math.Inf(1), nil), "+Inf"},
		{"more than 4 MiB of text", answering(strings.Repeat("x", 4<<20+1), nil), "4 MiB"},
		{"4 MiB in small texts", answering(texts(9000, strings.Repeat("x", 480)), nil), "4 MiB"},
		{"10,001 elements", answering(texts(10_001, ""), nil), "10000 elements"},
		{"10,001 members", answering(members(10_001), nil), "10001 members"},
		{"10,001 empty lists in objects", answering([]any{lists(6000), lists(6000)}, nil), "10000 elements"},
		{"100 levels", answering(nested(100), nil), "deep"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fact := unknown(t, probe.Config{Extra: c.extra}, "x", nil, c.want)
			if len(fact.Reason) > 700 {
				t.Errorf("the reason has %d bytes", len(fact.Reason))
			}
		})
	}
}

func TestValuesThatAFactMayHold(t *testing.T) {
	now := time.Now()
	least := int64(3)
	cases := []struct {
		name      string
		got, want any
	}{
		{"null", nil, nil},
		{"an int becomes an int64", 5, int64(5)},
		{"an inode number", uint64(5), int64(5)},
		{"an inode number that no int64 holds is a text", uint64(math.MaxUint64), "18446744073709551615"},
		{"a fraction", 0.5, 0.5},
		{"a time", now, now},
		{"texts become any", []string{"a"}, []any{"a"}},
		{"a part that could not be told", []any{guard.Unmeasured{Reason: "why", AtLeast: &least}}, []any{guard.Unmeasured{Reason: "why", AtLeast: &least}}},
		{"10,000 elements", texts(10_000, "x"), texts(10_000, "x")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := known(t, probe.Config{Extra: answering(c.got, nil)}, "x", nil); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %#v, want %#v", got, c.want)
			}
		})
	}
}

func TestArgumentsAreChecked(t *testing.T) {
	kinds := []guard.ProbeKind{{Name: "x", Params: []guard.ProbeParam{
		{Name: "must", Type: guard.StringParam, Required: true},
		{Name: "text", Type: guard.StringParam},
		{Name: "number", Type: guard.NumberParam},
		{Name: "bool", Type: guard.BoolParam},
		{Name: "list", Type: guard.ListParam},
		{Name: "for", Type: guard.DurationParam},
	}}}
	config := probe.Config{Extra: answering(true, nil), ExtraKinds: kinds}
	cases := []struct {
		name string
		args map[string]any
		want string
	}{
		{"a required one is absent", nil, "must be given"},
		{"a required one is null", map[string]any{"must": nil}, "must be given"},
		{"a required one is empty", map[string]any{"must": ""}, "empty"},
		{"one that nobody declared", map[string]any{"must": "a", "mist": "b"}, `"mist"`},
		{"a number for a text", map[string]any{"must": "a", "text": int64(1)}, "text: int64"},
		{"a NUL byte", map[string]any{"must": "a\x00b"}, "NUL"},
		{"a text for a number", map[string]any{"must": "a", "number": "1"}, "number: string"},
		{"a negative number", map[string]any{"must": "a", "number": int64(-1)}, "negative"},
		{"a fraction for a whole number", map[string]any{"must": "a", "number": 0.5}, "whole"},
		{"a text for a bool", map[string]any{"must": "a", "bool": "true"}, "bool: string"},
		{"a number in a list of texts", map[string]any{"must": "a", "list": []any{"a", int64(1)}}, "element 1 is a int64"},
		{"a text for a list", map[string]any{"must": "a", "list": "a"}, "list: string"},
		{"a negative duration", map[string]any{"must": "a", "for": -0.5}, "no whole number"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { unknown(t, config, "x", c.args, c.want) })
	}
	fine := map[string]any{"must": "a", "number": 3.0, "bool": true, "list": []any{}, "for": 0.5, "text": nil}
	if fact := one(t, config, "x", fine); !fact.Known {
		t.Errorf("good arguments: %s", fact.Reason)
	}
}

func TestEveryKindIsDeclaredAndAnswers(t *testing.T) {
	p := probe.New(probe.Config{})
	for _, kind := range probe.Kinds() {
		fact := p.Measure(t.Context(), []guard.Ask{{Key: "k", Kind: kind.Name}})["k"]
		if fact.Known || strings.Contains(fact.Reason, "no probe") || kind.Doc == "" {
			t.Errorf("%s without arguments: %+v, want unknown; doc %q", kind.Name, fact, kind.Doc)
		}
	}
}

func texts(n int, text string) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = text
	}
	return list
}

func members(n int) map[string]any {
	object := map[string]any{}
	for i := range n {
		object[fmt.Sprint(i)] = true
	}
	return object
}

func lists(n int) map[string]any {
	object := map[string]any{}
	for i := range n {
		object[fmt.Sprint(i)] = []any{}
	}
	return object
}

func nested(depth int) any {
	var value any = true
	for range depth {
		value = []any{value}
	}
	return value
}

// A question that asks for more than the usual total gets it, and not more than a person
// can wait for.
func TestARoundIsAsLongAsItsLongestQuestion(t *testing.T) {
	granted := func(ctx context.Context, _ map[string]any) (any, []string, error) {
		deadline, _ := ctx.Deadline()
		return time.Until(deadline).Round(time.Second).Seconds(), nil, nil
	}
	p := probe.New(probe.Config{Extra: map[string]probe.Func{"granted": granted}})
	for asked, want := range map[time.Duration]float64{0: 3, 5 * time.Second: 5, 45 * time.Second: 45, time.Hour: 60} {
		fact := p.Measure(t.Context(), []guard.Ask{{Key: "k", Kind: "granted", Timeout: asked}})["k"]
		if fact.Value != want {
			t.Errorf("%s: %v s, want %v", asked, fact.Value, want)
		}
	}
}
