package approve

import (
	"context"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
)

// Refused is a step of a run that was refused, and what may be done about it.
type Refused struct {
	Run string // as a person would name it: playbook.sh
	// Overrides are the checks that would have to be overridden for the step to
	// run; none when it cannot.
	Overrides []string
	// Why says why it cannot be run; used when Overrides is empty.
	Why string
	// Done are the command lines of the governed steps that had run, in order.
	Done []string
}

// Chosen is the answer. The zero Chosen stops the run.
type Chosen struct {
	Course guard.Course
	Reason string // of RunStep, for the log; never empty then
	// Interrupted: Ctrl-C.
	Interrupted bool
}

// Choose asks whether the run is to stop at a refused step, to go on without
// it, or to run it against the checks. Anything but a clear answer stops: Enter
// alone, Esc, the end of the input, five minutes, no terminal.
func (a *Approver) Choose(ctx context.Context, refused Refused) Chosen {
	terminal, err := openTerminal(a.config.TTY)
	if err != nil {
		return Chosen{}
	}
	defer terminal.close()
	if !terminal.foreground() {
		return Chosen{}
	}
	stop := watchSignals()
	defer stop.close()
	lock, answer := a.lock(ctx, terminal, stop, anyQuestion())
	if answer != nil {
		return Chosen{Interrupted: answer.Interrupted}
	}
	defer lock.close()
	if _, err := terminal.enterRaw(); err != nil {
		return Chosen{}
	}
	defer terminal.restore()
	c := &crossroads{
		approver: a, terminal: terminal, stop: stop, refused: refused, now: a.config.Now,
		screen: &plainPrompt{terminal: terminal, utf8: a.env.utf8()}, until: a.config.Now().Add(defaultDeadline),
	}
	if !a.env.dumb() {
		terminal.file.WriteString("\x1b[?2004h") // pastes come marked as such
		defer terminal.file.WriteString("\x1b[?2004l")
	}
	return c.ask(ctx)
}

// anyQuestion waits for the terminal as long as a question would.
func anyQuestion() guard.Question {
	return guard.Question{Decision: guard.Decision{Confirmations: []guard.Confirmation{{}}}}
}

// crossroads is one such conversation.
type crossroads struct {
	approver *Approver
	terminal *terminal
	stop     *signals
	refused  Refused
	screen   *plainPrompt
	now      func() time.Time
	until    time.Time
	keys     decoder
	waiting  []key // typed and not looked at yet
}

// ask explains and reads words until one is an answer.
func (c *crossroads) ask(ctx context.Context) Chosen {
	c.explain()
	for range maxWrong {
		word, end := c.line(ctx, "> ")
		switch {
		case end != enterKey:
			return c.ended(end)
		case word == "", word == guard.StopRun.String():
			return Chosen{}
		case word == guard.SkipStep.String():
			return Chosen{Course: guard.SkipStep}
		case word == guard.RunStep.String() && len(c.refused.Overrides) > 0:
			return c.reason(ctx)
		case word == guard.RunStep.String():
			c.screen.say("it cannot be run: " + c.refused.Why + "; type stop or skip")
		default:
			c.screen.say(strconv.Quote(clean(word)) + " is not one of these; type " + c.words())
		}
	}
	return Chosen{}
}

func (c *crossroads) explain() {
	run := clean(c.refused.Run)
	c.screen.say(run + " waits at this step: type " + c.words())
	const most = 5
	for i, line := range c.refused.Done {
		if before := len(c.refused.Done) - most; i < before {
			continue
		}
		c.screen.say("  done  " + clean(line))
	}
	c.screen.say("  stop  end " + run + " here")
	c.screen.say("  skip  let this step fail, and " + run + " go on")
	if len(c.refused.Overrides) > 0 {
		c.screen.say("  run   override " + clean(strings.Join(c.refused.Overrides, ", ")) + " (it asks why)")
	}
	c.screen.say("Enter alone or Esc stops; " + duration(defaultDeadline) + " to answer")
}

func (c *crossroads) words() string {
	if len(c.refused.Overrides) > 0 {
		return "stop, skip or run"
	}
	return "stop or skip"
}

// reason asks for the sentence that the log keeps beside the override.
func (c *crossroads) reason(ctx context.Context) Chosen {
	c.screen.say("why? it is recorded with your name (Esc stops)")
	for range maxWrong {
		reason, end := c.line(ctx, "reason> ")
		switch {
		case end != enterKey:
			return c.ended(end)
		case strings.TrimSpace(reason) != "":
			return Chosen{Course: guard.RunStep, Reason: strings.TrimSpace(reason)}
		}
		c.screen.say("it does not run without a reason")
	}
	return Chosen{}
}

func (c *crossroads) ended(end keyKind) Chosen {
	if end != interruptKey {
		c.screen.say("stopped")
	}
	return Chosen{Interrupted: end == interruptKey}
}

// line reads one line; end is the key that ended it: Enter, or what means no.
func (c *crossroads) line(ctx context.Context, prompt string) (text string, end keyKind) {
	var in input
	c.screen.write(prompt)
	for {
		if answer := c.approver.stopped(ctx, c.stop); answer != nil {
			c.screen.write("\n")
			if answer.Interrupted {
				return "", interruptKey
			}
			return "", endOfInputKey
		}
		if !c.now().Before(c.until) {
			c.screen.write("\n")
			c.screen.say("no answer in " + duration(defaultDeadline))
			return "", escapeKey
		}
		for len(c.waiting) > 0 {
			k := c.waiting[0]
			c.waiting = c.waiting[1:]
			if c.press(&in, k) {
				c.screen.write("\n")
				return in.String(), k.kind
			}
		}
		typed, err := c.terminal.read(beat)
		if err != nil {
			return "", endOfInputKey
		}
		c.waiting = c.keys.decode(typed)
	}
}

// press takes a key and echoes it; true when it ends the line.
func (c *crossroads) press(in *input, k key) bool {
	was := in.String()
	switch k.kind {
	case enterKey, escapeKey, interruptKey, endOfInputKey:
		return true
	case typedKey:
		in.edit(k)
		c.screen.write(c.screen.ascii(strings.TrimPrefix(in.String(), was)))
	case backspaceKey, killLineKey, killWordKey:
		in.edit(k)
		c.screen.erase(was, in.String())
	}
	return false
}
