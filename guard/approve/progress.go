package approve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"blastguard/guard"
)

const (
	// progressAfter keeps what is fast off the screen.
	progressAfter = 300 * time.Millisecond
	progressBeat  = 500 * time.Millisecond
)

// Progress shows on the terminal which probes are pending and for how long,
// once they take longer than 300 ms, in one line that it clears again. It shows
// nothing without a terminal, in the background, or on a dumb terminal. A
// question between Begin and End is not foreseen.
func (a *Approver) Progress() guard.Progress { return &progress{approver: a} }

type progress struct {
	approver *Approver
	mu       sync.Mutex
	stop     chan struct{} // nil: nothing is pending
	stopped  chan struct{}

	asked   int // how many there were
	pending []guard.Ask
	list    sync.Mutex // guards pending
}

// Begin starts to show asks; what was shown before ends.
func (p *progress) Begin(asks []guard.Ask) {
	p.End()
	if len(asks) == 0 || p.approver.env.dumb() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop, p.stopped = make(chan struct{}), make(chan struct{})
	p.asked, p.pending = len(asks), slices.Clone(asks)
	go p.show(p.stop, p.stopped)
}

// Done takes an answered question off the line.
func (p *progress) Done(key string) {
	p.list.Lock()
	defer p.list.Unlock()
	p.pending = slices.DeleteFunc(p.pending, func(ask guard.Ask) bool { return ask.Key == key })
}

// left are the labels of what is still pending.
func (p *progress) left() []string {
	p.list.Lock()
	defer p.list.Unlock()
	labels := make([]string, len(p.pending))
	for i, ask := range p.pending {
		labels[i] = clean(cmp.Or(ask.Label, ask.Kind))
	}
	return labels
}

// End clears the line and returns when that is done.
func (p *progress) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop == nil {
		return
	}
	close(p.stop)
	select {
	case <-p.stopped:
	case <-time.After(progressBeat): // a terminal that takes nothing stops nobody
	}
	p.stop = nil
}

func (p *progress) show(stop <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	began := time.Now()
	if !wait(stop, progressAfter) {
		return
	}
	terminal, err := openTerminal(p.approver.config.TTY)
	if err != nil {
		return
	}
	defer terminal.close()
	for {
		if !terminal.foreground() {
			return
		}
		width, _ := terminal.size()
		terminal.file.WriteString("\r\x1b[K" + p.text(time.Since(began), width-1))
		if !wait(stop, progressBeat) {
			terminal.file.WriteString("\r\x1b[K")
			return
		}
	}
}

// text is the line: how long, and what for.
func (p *progress) text(took time.Duration, width int) string {
	labels := p.left()
	glyphs := unicodeGlyphs()
	if !p.approver.env.utf8() {
		glyphs = asciiGlyphs()
	}
	l := line{
		{fmt.Sprintf("guard: measuring, %s, %d of %d left: ", p.clock(took), len(labels), p.asked), accentInk},
		{strings.Join(labels, ", "), faintInk},
	}
	return fit(l, width, glyphs.ellipsis).dress(p.approver.env.style(width))
}

// clock is how long it has taken and, where a question asks for more than usual, what is
// left of that.
func (p *progress) clock(took time.Duration) string {
	const usual = 10 * time.Second
	p.list.Lock()
	defer p.list.Unlock()
	longest := time.Duration(0)
	for _, ask := range p.pending {
		longest = max(longest, ask.Timeout)
	}
	text := fmt.Sprintf("%d s", int(took.Seconds()))
	if left := longest - took; longest > usual && left > 0 {
		text += fmt.Sprintf(" (%d s at most)", int(left.Seconds()))
	}
	return text
}

// wait is false when stop came before the time was over.
func wait(stop <-chan struct{}, long time.Duration) bool {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-stop:
		return false
	case <-timer.C:
		return true
	}
}
