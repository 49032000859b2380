package ptytest

import (
	"fmt"
	"strings"
	"time"
)

// Expect waits until the program has written the text, after what was expected
// before. Escape sequences do not count, line ends are "\n". What the terminal
// echoes of the keys counts as written.
func (s *Session) Expect(text string) error {
	return s.until(fmt.Sprintf("expect %q", text), func() bool {
		fresh := s.terminal.text.String()[s.mark:]
		at := strings.Index(fresh, text)
		if at >= 0 {
			s.mark += at + len(text)
		}
		return at >= 0
	})
}

// See waits until the text stands in one line of the screen.
func (s *Session) See(text string) error {
	return s.until(fmt.Sprintf("see %q", text), func() bool {
		return strings.Contains(s.terminal.String(), text)
	})
}

// Gone waits until the text stands nowhere on the screen.
func (s *Session) Gone(text string) error {
	return s.until(fmt.Sprintf("no longer see %q", text), func() bool {
		return !strings.Contains(s.terminal.String(), text)
	})
}

// until looks after every output, and once more when there can be no more.
func (s *Session) until(what string, met func() bool) error {
	deadline := time.After(Timeout)
	for {
		s.mu.Lock()
		done, changed := met(), s.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-deadline:
			return s.failure(what + ": it did not come")
		case <-s.read:
			s.mu.Lock()
			done := met()
			s.mu.Unlock()
			if !done {
				return s.failure(what + ": the terminal was closed before")
			}
			return nil
		}
	}
}

// failure is an error that shows the screen and what was written last.
func (s *Session) failure(what string) error {
	transcript := s.Transcript()
	if most := 4 << 10; len(transcript) > most {
		transcript = transcript[len(transcript)-most:]
	}
	return fmt.Errorf("%s\n--- screen\n%s\n--- transcript\n%q", what, s.Screen(), transcript)
}

// Screen is what a person sees now: lines without trailing blanks, without the
// empty ones at the end.
func (s *Session) Screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terminal.String()
}

// Text is all that was written, without escape sequences.
func (s *Session) Text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terminal.text.String()
}

// Transcript is every byte that was written.
func (s *Session) Transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.raw)
}
