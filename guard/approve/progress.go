package approve

import (
	"fmt"
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
	go p.show(append([]guard.Ask(nil), asks...), p.stop, p.stopped)
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

func (p *progress) show(asks []guard.Ask, stop <-chan struct{}, stopped chan<- struct{}) {
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
		terminal.file.WriteString("\r\x1b[K" + p.text(asks, time.Since(began), width-1))
		if !wait(stop, progressBeat) {
			terminal.file.WriteString("\r\x1b[K")
			return
		}
	}
}

// text is the line: how long, and what for.
func (p *progress) text(asks []guard.Ask, took time.Duration, width int) string {
	labels := make([]string, len(asks))
	for i, ask := range asks {
		labels[i] = clean(orElse(ask.Label, ask.Kind))
	}
	glyphs := unicodeGlyphs()
	if !p.approver.env.utf8() {
		glyphs = asciiGlyphs()
	}
	l := line{
		{fmt.Sprintf("guard: measuring, %d s: ", int(took.Seconds())), accentInk},
		{strings.Join(labels, ", "), faintInk},
	}
	return fit(l, width, glyphs.ellipsis).dress(p.approver.env.style(width))
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
