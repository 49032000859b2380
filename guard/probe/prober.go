package probe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// Func answers one question. The value is one that guard.Fact.Value may hold;
// evidence are lines that say where it comes from. An error makes the fact
// unknown with that text as its reason, so it should say what to do next. A
// Func ought to return when ctx ends, and may then still return what it knows.
type Func func(ctx context.Context, args map[string]any) (value any, evidence []string, err error)

// Config is what a Prober needs to know. The zero Config works: no history, no
// environment for other programs, and relative paths are refused.
type Config struct {
	// Env is the environment of the request. Programs that exec runs get the
	// names that ExecEnv documents, nothing else.
	Env []string
	// Dir is the directory that relative paths start from, absolute.
	Dir string
	// History answers "history" and "claims"; nil: both are unknown.
	History History
	// Extra are further kinds by name; one of a built-in name replaces it.
	Extra map[string]Func
	// ExtraKinds declare them, so that their arguments are checked too.
	ExtraKinds []guard.ProbeKind
	// Total bounds one round, whatever its questions ask for. Zero means 10
	// seconds, or what the most patient question asks for up to a minute.
	Total time.Duration
	// Logger may be nil.
	Logger guard.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

const (
	defaultTotal   = 10 * time.Second
	defaultTimeout = 3 * time.Second
	// maxTotal is what a person at a panel can bear: a question may ask for so much.
	maxTotal = 60 * time.Second
	// grace is how long a probe whose deadline has passed may take to say what
	// it knows, before it is abandoned.
	grace = 150 * time.Millisecond
)

// Prober measures rounds of questions. It is safe for concurrent use.
type Prober struct {
	funcs map[string]Func
	kinds map[string]guard.ProbeKind
	// secrets are those of the kinds that are handed any.
	secrets map[string]func(guard.Ask) []string
	total   time.Duration
	logger  guard.Logger
	now     func() time.Time
}

// New returns a Prober for one request.
func New(config Config) *Prober {
	p := &Prober{funcs: map[string]Func{}, kinds: map[string]guard.ProbeKind{}, secrets: map[string]func(guard.Ask) []string{}, total: config.Total, logger: config.Logger, now: config.Now}
	if p.now == nil {
		p.now = time.Now
	}
	for _, builtin := range builtins(config, p.now) {
		p.funcs[builtin.kind.Name] = builtin.answer
		if builtin.secrets != nil {
			p.secrets[builtin.kind.Name] = builtin.secrets
		}
		if !builtin.lenient {
			p.kinds[builtin.kind.Name] = builtin.kind
		}
	}
	for name, extra := range config.Extra {
		delete(p.kinds, name)
		delete(p.secrets, name)
		p.funcs[name] = extra
	}
	for _, kind := range config.ExtraKinds {
		p.kinds[kind.Name] = kind
	}
	return p
}

// Measure answers every question, equal keys once. It returns no later than
// the total, or the longest time that a question asks for, a minute at most (and a moment of grace) after it was called, also when a probe
// hangs in the kernel: such a probe is left behind, and its fact is unknown.
// When ctx ends, what is not yet answered is unknown.
func (p *Prober) Measure(ctx context.Context, asks []guard.Ask) guard.Facts {
	return p.MeasureEach(ctx, asks, func(string) {})
}

// MeasureEach is Measure, and tells done the key of each answered question.
func (p *Prober) MeasureEach(ctx context.Context, asks []guard.Ask, done func(key string)) guard.Facts {
	total := p.totalOf(asks)
	ctx, cancel := context.WithTimeout(ctx, total)
	defer cancel()
	type answered struct {
		key  string
		fact guard.Fact
	}
	answers := make(chan answered, len(asks))
	asked := map[string]bool{}
	for _, ask := range asks {
		if asked[ask.Key] {
			continue
		}
		asked[ask.Key] = true
		go func() { answers <- answered{ask.Key, p.fact(ctx, ask, total)} }()
	}
	facts := make(guard.Facts, len(asked))
	for range asked {
		answer := <-answers
		facts[answer.key] = answer.fact
		done(answer.key)
	}
	return facts
}

type result struct {
	value    any
	evidence []string
	err      error
}

// totalOf is how long a round of these questions may take.
func (p *Prober) totalOf(asks []guard.Ask) time.Duration {
	if p.total > 0 {
		return p.total
	}
	total := defaultTotal
	for _, ask := range asks {
		total = max(total, min(ask.Timeout, maxTotal))
	}
	return total
}

// fact measures one question. It returns at the deadline, whatever the probe
// does.
func (p *Prober) fact(ctx context.Context, ask guard.Ask, total time.Duration) guard.Fact {
	limit := ask.Timeout
	if limit <= 0 {
		limit = defaultTimeout
	}
	limit = min(limit, total)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	start := p.now()
	done := make(chan result, 1)
	go func() { done <- p.ask(ctx, ask) }()
	measured := await(ctx, done)
	end := p.now()
	fact := finish(measured, limit)
	fact.At, fact.Took = end, end.Sub(start)
	if secrets := p.secrets[ask.Kind]; secrets != nil {
		conceal(&fact, secrets(ask))
	}
	if p.logger != nil {
		p.logger.Debug("probe", "kind", ask.Kind, "key", ask.Key, "known", fact.Known, "reason", fact.Reason, "took", fact.Took)
	}
	return fact
}

// conceal takes secrets out of what is told about the fact. In its value they may be what
// was asked for.
func conceal(fact *guard.Fact, secrets []string) {
	if len(secrets) == 0 {
		return
	}
	fact.Secrets = secrets
	mask := secret.New(secrets)
	fact.Reason = mask.Text(fact.Reason)
	for i := range fact.Evidence {
		fact.Evidence[i] = mask.Text(fact.Evidence[i])
	}
}

// await returns the probe's result, or abandons it.
func await(ctx context.Context, done <-chan result) result {
	select {
	case measured := <-done:
		return measured
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case measured := <-done:
		return measured
	case <-timer.C:
		return result{err: ctx.Err()}
	}
}

// ask calls the probe. A panic is an error.
func (p *Prober) ask(ctx context.Context, ask guard.Ask) (measured result) {
	defer func() {
		if problem := recover(); problem != nil {
			measured = result{err: fmt.Errorf("the probe %s failed: %v; report this as a bug of guard", ask.Kind, problem)}
		}
	}()
	answer, ok := p.funcs[ask.Kind]
	if !ok || answer == nil {
		return result{err: fmt.Errorf("guard has no probe %q; see guard help policy", ask.Kind)}
	}
	if kind, declared := p.kinds[ask.Kind]; declared {
		if err := checkArgs(kind, ask.Args); err != nil {
			return result{err: err}
		}
	}
	measured.value, measured.evidence, measured.err = answer(within(ctx, ask), ask.Args)
	if measured.err == nil {
		measured.value, measured.err = bounded(measured.value)
	}
	return measured
}

// finish makes a fact of a result: known only without any error.
func finish(measured result, limit time.Duration) guard.Fact {
	fact := guard.Fact{Evidence: evidenceLines(measured.evidence)}
	switch err := measured.err; {
	case err == nil:
		fact.Known, fact.Value = true, measured.value
	case errors.Is(err, context.DeadlineExceeded):
		fact.Reason = fmt.Sprintf("no answer in %s", limit)
	case errors.Is(err, context.Canceled):
		fact.Reason = "stopped while it was measured"
	case err.Error() == "":
		fact.Reason = "the probe gave no reason"
	default:
		fact.Reason = clip(err.Error(), maxReason)
	}
	return fact
}
