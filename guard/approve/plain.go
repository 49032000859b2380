package approve

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
)

// plainPrompt asks in lines: nothing on the screen is ever changed again, so a
// dumb terminal, a log and a screen reader have all of it.
type plainPrompt struct {
	terminal *terminal
	talk     *dialogue
	utf8     bool
	said     string // what has been said, for the record
	notice   string // of the dialogue, when it was last said
	index    int    // of the confirmation that was last asked; -1 before the first
	delay    string // the countdown as it was last said
	warned   bool   // that little time is left
}

// askPlain asks with lines. The terminal is in raw mode, and put back by the
// caller.
func (a *Approver) askPlain(ctx context.Context, terminal *terminal, stop *signals, talk *dialogue) guard.Answer {
	p := &plainPrompt{terminal: terminal, talk: talk, utf8: a.env.utf8(), index: -1}
	if !a.env.dumb() {
		terminal.file.WriteString("\x1b[?2004h") // pastes come marked as such
		defer terminal.file.WriteString("\x1b[?2004l")
	}
	p.facts()
	var keys decoder
	for {
		p.follow()
		if talk.done {
			break
		}
		if answer := a.stopped(ctx, stop); answer != nil {
			talk.finish(*answer)
			continue
		}
		typed, err := terminal.read(beat)
		if err != nil {
			talk.finish(no("end of input", "the terminal hung up"))
			continue
		}
		talk.tick(a.config.Now())
		for _, k := range keys.decode(typed) {
			p.press(k, a.config.Now())
		}
	}
	p.result()
	talk.answer.Shown = p.said
	return talk.answer
}

// press takes a key and echoes it.
func (p *plainPrompt) press(k key, now time.Time) {
	if p.talk.done {
		return
	}
	before, delaying := len(p.talk.input.runes), p.talk.delaying()
	if k.kind == leftKey || k.kind == rightKey || k.kind == homeKey || k.kind == endKey {
		return // the cursor does not move in a line that is never drawn again
	}
	typed := p.talk.input.String()
	p.talk.press(k, now)
	switch {
	case delaying:
	case k.kind == enterKey || p.talk.done:
		p.write("\n")
	case k.kind == typedKey:
		p.write(p.ascii(strings.TrimPrefix(p.talk.input.String(), typed)))
	case len(p.talk.input.runes) < before:
		p.erase(typed, p.talk.input.String())
	}
}

// erase takes characters off the line.
func (p *plainPrompt) erase(was, is string) {
	columns := line{{p.ascii(was), plainInk}}.width() - line{{p.ascii(is), plainInk}}.width()
	p.write(strings.Repeat("\b \b", max(columns, 0)))
}

// follow says what the dialogue has come to since it was last called.
func (p *plainPrompt) follow() {
	d := p.talk
	switch {
	case d.done:
	case d.delaying():
		if left := clock(d.resume.Sub(d.now)); left != p.delay {
			if p.delay == "" {
				p.say("correct; n, Esc or Ctrl-C cancels")
			}
			p.delay = left
			p.say("continues in " + left)
		}
	case p.index != d.index:
		p.index, p.delay, p.warned = d.index, "", false
		p.invite()
	case d.notice != p.notice:
		if p.notice = d.notice; d.notice != "" {
			p.write("\n")
			p.say(d.notice)
			p.line()
		}
	case !p.warned && d.deadline.Sub(d.now) <= time.Minute && deadlineOf(d.confirmation()) > time.Minute:
		p.warned = true
		p.write("\n")
		p.say("1 minute left")
		p.line()
	}
}

// facts says what would happen, in the words of the panel.
func (p *plainPrompt) facts() {
	glyphs := asciiGlyphs()
	p.say("asks before it runs a command")
	for _, s := range append(facts(p.talk.question, 24, glyphs), origins(p.talk.question)...) {
		for _, row := range s.rows {
			say := p.say
			if row.exact {
				say = p.exactly
			}
			say(fmt.Sprintf("  %-9s %s", s.label, row.text()))
		}
		if more := s.count() - len(s.rows); more > 0 {
			p.say(fmt.Sprintf("  %-9s and %s more", "", thousands(more)))
		}
	}
}

// invite asks for one text.
func (p *plainPrompt) invite() {
	confirmation := p.talk.confirmation()
	which := ""
	if total := len(p.talk.question.Decision.Confirmations); total > 1 {
		which = " " + strconv.Itoa(p.talk.index+1) + " of " + strconv.Itoa(total)
	}
	if confirmation.Show {
		p.exactly("to confirm" + which + ", type: " + confirmation.Text)
	} else {
		p.say("to confirm" + which + ", type " + cmp.Or(clean(confirmation.Hint), "the text that confirms this, from memory") + " (not shown)")
	}
	p.say("Enter alone, Esc or Ctrl-C declines; " + duration(deadlineOf(confirmation)) + " to answer")
	if p.notice = p.talk.notice; p.notice != "" {
		p.say(p.notice)
	}
	p.line()
}

// line starts the line that is typed in, with what is in it already.
func (p *plainPrompt) line() { p.write("> " + p.ascii(p.talk.input.String())) }

func (p *plainPrompt) result() {
	p.write("\n")
	if p.talk.answer.Yes {
		p.say("confirmed")
		return
	}
	p.say("no: " + p.talk.answer.Why)
}

// say writes a text, broken at words where the line is full, and keeps it for the
// record. What continues is indented.
func (p *plainPrompt) say(text string) {
	const lead, hang = "guard: ", "    "
	lines := []line{{{p.ascii(text), plainInk}}}
	if width, _ := p.terminal.size(); len(lead)+lines[0].width() > width && width >= 40 {
		first := wrap(lines[0], width-len(lead))
		lines = append(first[:1], wrap(lines[0].after(first[0]), width-len(lead)-len(hang))...)
		for i := range lines[1:] {
			lines[i+1] = append(line{{hang, plainInk}}, lines[i+1]...)
		}
	}
	for _, l := range lines {
		p.said += lead + l.text() + "\n"
		p.write(lead + l.text() + "\n")
	}
}

// exactly writes a text that must be copied or typed as it stands.
func (p *plainPrompt) exactly(text string) {
	text = "guard: " + p.ascii(text)
	p.said += text + "\n"
	p.write(text + "\n")
}

func (p *plainPrompt) write(text string) {
	p.terminal.file.WriteString(strings.ReplaceAll(text, "\n", "\r\n"))
}

// ascii escapes what a terminal without UTF-8 cannot show.
func (p *plainPrompt) ascii(text string) string {
	if p.utf8 {
		return text
	}
	quoted := strconv.QuoteToASCII(text)
	return strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), `\\`, `\`)
}
