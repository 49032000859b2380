package approve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"blastguard/guard"
)

// Config is what an Approver knows of its surroundings.
type Config struct {
	TTY string // the terminal; "" is /dev/tty
	// Env is NAME=VALUE: TERM, NO_COLOR, LC_ALL, LC_CTYPE, LANG, COLORFGBG.
	Env []string
	// LockDir is where the locks lie that keep two questions from one terminal,
	// one file for each terminal's device number. It is created if need be;
	// where that is impossible, questions are not kept apart.
	LockDir string
	Now     func() time.Time // nil is time.Now
	Text    string           // --confirm TEXT, if it is not in the request
	Logger  guard.Logger     // nil: nothing is logged
}

// Approver asks on a terminal. It may be used many times, not at once.
type Approver struct {
	config Config
	env    environment
}

// New returns an Approver. It opens nothing yet.
func New(config Config) *Approver {
	if config.TTY == "" {
		config.TTY = "/dev/tty"
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Approver{config: config, env: environment(config.Env)}
}

const (
	maxConfirmations = 3
	maxWrong         = 3
	maxTextBytes     = 80
	defaultDeadline  = 5 * time.Minute
)

// Approve asks the question and returns when it is answered, when its deadline
// has passed, or when ctx or a signal ends it. Without a terminal, or in the
// background, it asks nothing and returns at once.
func (a *Approver) Approve(ctx context.Context, question guard.Question) guard.Answer {
	started := a.config.Now()
	if question.Request.Text == "" {
		question.Request.Text = a.config.Text
	}
	answer := a.answer(ctx, question)
	answer.Took = a.config.Now().Sub(started)
	if answer.Yes {
		answer.Why = ""
	}
	return answer
}

func (a *Approver) answer(ctx context.Context, question guard.Question) guard.Answer {
	if err := askable(question.Decision.Confirmations); err != nil {
		return no("declined", err.Error())
	}
	terminal, err := openTerminal(a.config.TTY)
	if err != nil {
		a.debug("no terminal", "error", err)
		return unattended(question, "no terminal")
	}
	defer terminal.close()
	if !terminal.foreground() {
		return unattended(question, "background")
	}
	if question.Request.Text != "" {
		return no("declined", "--confirm is refused on a terminal: the text would stay in the shell's history; leave it out and type it when asked")
	}
	return a.ask(ctx, terminal, question)
}

// ask puts the question on a terminal that is in the foreground.
func (a *Approver) ask(ctx context.Context, terminal *terminal, question guard.Question) guard.Answer {
	stop := watchSignals()
	defer stop.close()
	lock, answer := a.lock(ctx, terminal, stop, question)
	if answer != nil {
		return *answer
	}
	defer lock.close()
	thrown, err := terminal.enterRaw()
	if err != nil {
		return no("no terminal", fmt.Sprintf("set up the terminal: %v", err))
	}
	defer terminal.restore()
	talk := newDialogue(question, a.config.Now())
	talk.discarded(thrown)
	if a.env.plain() || question.Request.Plain {
		return a.askPlain(ctx, terminal, stop, talk)
	}
	return a.askPanel(ctx, terminal, stop, talk)
}

// askable says why confirmations cannot be asked for.
func askable(confirmations []guard.Confirmation) error {
	switch {
	case len(confirmations) == 0:
		return errors.New("there is no text to type; report this as a bug of guard")
	case len(confirmations) > maxConfirmations:
		return fmt.Errorf("%d different texts would have to be typed, and guard asks for at most %d: split the command", len(confirmations), maxConfirmations)
	}
	for _, confirmation := range confirmations {
		if !typable(confirmation.Text) {
			return fmt.Errorf("the text to type (%s) is not one line of 1 to %d printable bytes", cmp.Or(confirmation.Pos, "no policy"), maxTextBytes)
		}
	}
	return nil
}

func typable(text string) bool {
	return text != "" && len(text) <= maxTextBytes && guard.Printable(text) == text && !strings.ContainsRune(text, '\uFFFD')
}

func (a *Approver) debug(msg string, args ...any) {
	if a.config.Logger != nil {
		a.config.Logger.Debug("approve: "+msg, args...)
	}
}

func no(how, why string) guard.Answer { return guard.Answer{How: how, Why: why} }
