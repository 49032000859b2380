package approve

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"blastguard/guard"
)

// dialogue is what is said in one question: the texts to type one after the
// other, what has been typed, what is answered to it. It knows no terminal and
// no clock; both ways to ask feed it keys and the time.
type dialogue struct {
	question guard.Question
	index    int // of the confirmation that is asked
	input    input
	wrong    int
	notice   string    // about the last key; "" for none
	pasted   bool      // the last key was a paste, of which nothing was taken
	differs  int       // where the last answer differs, in characters from 1; 0: not known or not told
	deadline time.Time // of the answer
	resume   time.Time // while the delay runs: its end
	now      time.Time
	done     bool
	answer   guard.Answer // when done; Shown and Took are others' to fill
}

func newDialogue(question guard.Question, now time.Time) *dialogue {
	d := &dialogue{question: question, now: now}
	d.deadline = now.Add(deadlineOf(d.confirmation()))
	return d
}

func deadlineOf(confirmation guard.Confirmation) time.Duration {
	if confirmation.Deadline <= 0 {
		return defaultDeadline
	}
	return confirmation.Deadline
}

// confirmation is the one that is asked; the zero one when there is none.
func (d *dialogue) confirmation() guard.Confirmation {
	if d.index >= len(d.question.Decision.Confirmations) {
		return guard.Confirmation{}
	}
	return d.question.Decision.Confirmations[d.index]
}

func (d *dialogue) delaying() bool { return !d.resume.IsZero() }

// discarded says that bytes were typed before the question was to be seen.
func (d *dialogue) discarded(bytes int) {
	if bytes > 0 {
		d.notice = fmt.Sprintf("%s typed before this question discarded", plural(bytes, "byte"))
	}
}

// tick lets the time pass. It ends the question at its deadline, and the delay
// after a right answer.
func (d *dialogue) tick(now time.Time) {
	d.now = now
	switch {
	case d.done:
	case d.delaying() && !now.Before(d.resume):
		d.next()
	case !d.delaying() && !now.Before(d.deadline):
		d.end("timeout", fmt.Sprintf("nobody typed the text within %s", duration(deadlineOf(d.confirmation()))))
	}
}

// press takes one key.
func (d *dialogue) press(k key, now time.Time) {
	d.tick(now)
	switch {
	case d.done, k.kind == noKey:
	case k.kind == interruptKey:
		d.end("interrupted", "interrupted")
		d.answer.Interrupted = true
	case k.kind == escapeKey:
		d.end("declined", "declined")
	case k.kind == endOfInputKey:
		d.end("end of input", "the input ended")
	case d.delaying():
		d.pressInDelay(k)
	default:
		d.pressInInput(k)
	}
}

// pressInDelay: n cancels; any other key, a second Enter above all, changes nothing.
func (d *dialogue) pressInDelay(k key) {
	if k.kind == typedKey && (k.text == "n" || k.text == "N") {
		d.end("declined", "cancelled during the countdown")
	}
}

func (d *dialogue) pressInInput(k key) {
	d.notice, d.differs = "", 0
	pasted := d.pasted
	d.pasted = k.kind == pasteKey
	switch k.kind {
	case enterKey:
		d.enter(pasted)
	case pasteKey:
		d.notice = "pasting is refused: type it"
	case suspendKey:
		d.notice = "Ctrl-Z does nothing here; Esc declines"
	default:
		d.input.edit(k)
	}
}

// enter compares what was typed. Nothing is trimmed or folded. Enter after a paste
// counts as a typing error: whoever pasted meant to answer.
func (d *dialogue) enter(pasted bool) {
	got, want := d.input.String(), d.confirmation().Text
	switch {
	case got == want:
		d.right()
	case got == "" && pasted:
		d.again("the paste was discarded")
	case got == "":
		d.end("declined", "declined: nothing was typed")
	case isWordForYesOrNo(got):
		d.end("declined", "declined: only the exact text confirms")
	default:
		d.mistaken(got, want)
	}
}

func isWordForYesOrNo(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "y", "yes", "n", "no", "":
		return true
	default:
		return false
	}
}

func (d *dialogue) right() {
	d.answer.Typed = append(d.answer.Typed, d.confirmation().Text)
	if delay := d.confirmation().Delay; delay > 0 {
		d.resume = d.now.Add(delay)
		return
	}
	d.next()
}

// next asks the next confirmation, or says yes after the last.
func (d *dialogue) next() {
	d.resume = time.Time{}
	if d.index+1 < len(d.question.Decision.Confirmations) {
		d.index++
		d.input, d.notice = input{}, ""
		d.deadline = d.now.Add(deadlineOf(d.confirmation()))
		return
	}
	d.end("typed", "")
	d.answer.Yes = true
}

// mistaken counts a wrong answer and says where it differs: not when the text
// is one that has to be known.
func (d *dialogue) mistaken(got, want string) {
	what, differs := "that is not the text", 0
	if d.confirmation().Show {
		differs = firstDifference(got, want)
		what = difference(got, want, differs)
	}
	d.again(what)
	if !d.done {
		d.differs = differs
	}
}

// again counts a wrong answer, and lets it be corrected.
func (d *dialogue) again(what string) {
	d.wrong++
	left := maxWrong - d.wrong
	if left <= 0 {
		d.end("wrong", fmt.Sprintf("the wrong text was typed %d times", d.wrong))
		return
	}
	d.notice = what + "; correct it, " + plural(left, "try", "tries") + " left"
}

func (d *dialogue) end(how, why string) {
	d.done = true
	d.answer.How, d.answer.Why, d.answer.Wrong = how, why, d.wrong
	d.resume, d.notice, d.differs = time.Time{}, "", 0
	d.input = input{}
}

// finish ends the question with an answer from outside: a signal, a hang-up.
func (d *dialogue) finish(answer guard.Answer) {
	if !d.done {
		d.end(answer.How, answer.Why)
		d.answer.Interrupted = answer.Interrupted
	}
}

// firstDifference is the first character, from 1, in which two texts differ.
func firstDifference(got, want string) int {
	a, b := []rune(got), []rune(want)
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i + 1
		}
	}
	return min(len(a), len(b)) + 1
}

func difference(got, want string, position int) string {
	a, b := []rune(got), []rune(want)
	switch {
	case position > len(b) && strings.TrimRight(got, " ") == want:
		return "an extra space at the end"
	case position > len(b):
		return fmt.Sprintf("too long from character %d on", position)
	case position > len(a):
		return fmt.Sprintf("too short: character %d is missing", position)
	default:
		return fmt.Sprintf("character %d is %s, not %s", position, named(a[position-1]), named(b[position-1]))
	}
}

func named(r rune) string {
	if r == ' ' {
		return "a space"
	}
	if !unicode.IsPrint(r) {
		return "unreadable"
	}
	return `"` + string(r) + `"`
}
