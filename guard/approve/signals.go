package approve

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"

	"blastguard/guard"
)

// signals are those that would end, stop or disturb guard while a question is
// on the terminal: they arrive here instead, so that it is put back first.
type signals struct{ arrived chan os.Signal }

func watchSignals() *signals {
	s := &signals{arrived: make(chan os.Signal, 4)}
	signal.Notify(s.arrived, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGTSTP)
	return s
}

func (s *signals) close() { signal.Stop(s.arrived) }

// ended is the answer that a signal gives; nil for one that is ignored.
func ended(arrived os.Signal) *guard.Answer {
	var answer guard.Answer
	switch arrived {
	case unix.SIGTSTP:
		return nil
	case unix.SIGINT:
		answer = no("interrupted", "interrupted")
		answer.Interrupted = true
	case unix.SIGHUP:
		answer = no("end of input", "the terminal hung up")
	default:
		answer = no("interrupted", "ended by a signal: "+arrived.String())
	}
	return &answer
}

// pending is the answer of a signal that has arrived already, or nil.
func (s *signals) pending() *guard.Answer {
	for {
		select {
		case arrived := <-s.arrived:
			if answer := ended(arrived); answer != nil {
				return answer
			}
		default:
			return nil
		}
	}
}
