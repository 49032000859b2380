package main

import (
	"io"
	"os"
	"strings"
	"time"

	"blastguard/guard/process"
)

// world is all that the program takes from outside itself.
type world struct {
	stdin          *os.File
	stdout, stderr io.Writer
	env            []string
	dir            string // absolute; "" with dirErr when it is not known
	dirErr         error
	root           string // before /etc/guard and /var/lib/guard; "" but in tests
	tty            string // where a person is asked
	now            func() time.Time
	hold           *process.Hold // of the signals, while a command is guarded; nil: they do what they do
}

func machineWorld() world {
	dir, err := os.Getwd()
	return world{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.Environ(), dir: dir, dirErr: err, tty: "/dev/tty", now: time.Now,
	}
}

// lookupEnv also tells an empty variable from one that is not set.
func lookupEnv(w world, name string) (string, bool) {
	for _, pair := range w.env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// getenv is the first value of a variable, as the C library sees it; "" when it
// is not set.
func (w world) getenv(name string) string {
	value, _ := lookupEnv(w, name)
	return value
}
