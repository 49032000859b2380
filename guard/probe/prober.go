package probe

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/walk"
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

// Begin begins to measure for one decision. Trees that several questions look at are
// walked once. Everything ends with ctx.
func (p *Prober) Begin(ctx context.Context) guard.Measurement {
	walks := newWalks()
	return &measurement{prober: p, ctx: datadir.Sharing(walk.With(ctx, walks)), walks: walks, answers: make(chan guard.Answered, 16), gone: ctx.Done(), asked: map[string]bool{}}
}

type measurement struct {
	prober  *Prober
	ctx     context.Context // of the decision, which the measurement does not outlive
	walks   *walk.Walks
	answers chan guard.Answered
	gone    <-chan struct{} // nobody takes answers any more
	asked   map[string]bool
}

// Ask begins to answer every question, equal keys once. Each is answered no later than
// the total, or the longest time that one of them asks for, a minute at most (and a moment
// of grace), also when a probe hangs in the kernel: such a probe is left behind, and its
// fact is unknown. When the context ends, what is not yet answered is unknown.
func (m *measurement) Ask(asks []guard.Ask) {
	total := m.prober.totalOf(asks)
	ctx, cancel := context.WithTimeout(m.ctx, total)
	var open sync.WaitGroup
	for _, ask := range asks {
		if m.asked[ask.Key] {
			continue
		}
		m.asked[ask.Key] = true
		open.Go(func() {
			fact := m.prober.fact(ctx, ask, total)
			select {
			case m.answers <- guard.Answered{Key: ask.Key, Fact: fact}:
			case <-m.gone:
			}
		})
	}
	go func() { open.Wait(); cancel() }()
}

func (m *measurement) Answers() <-chan guard.Answered { return m.answers }

func (m *measurement) Hurry() { m.walks.Hurry() }

// Measure answers questions on their own, and waits for all of them.
func (p *Prober) Measure(ctx context.Context, asks []guard.Ask) guard.Facts {
	m := p.Begin(ctx).(*measurement)
	m.gone = nil
	m.Ask(asks)
	facts := make(guard.Facts, len(m.asked))
	for range m.asked {
		answer := <-m.answers
		facts[answer.Key] = answer.Fact
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
	case errors.Is(err, walk.ErrHurried):
		fact.Skipped, fact.Reason = true, err.Error()
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
