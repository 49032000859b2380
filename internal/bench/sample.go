package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// bench is the machine under measurement.
type bench struct {
	guard string // the program
	dir   string // scratch
}

// command is one thing to be timed.
type command struct {
	argv []string
	env  []string
	must bool // a status other than 0 is an error: it did not do its work
	// before is done before each run, outside its time; nil: nothing.
	before func() error
}

// ours is a guard with a home of its own, so that no set-up of this machine
// changes the figures.
func (b *bench) ours(args ...string) command {
	return command{argv: append([]string{b.guard}, args...), env: []string{
		"HOME=" + b.dir, "XDG_STATE_HOME=" + filepath.Join(b.dir, "state"),
		"XDG_CONFIG_HOME=" + filepath.Join(b.dir, "config"), "XDG_CACHE_HOME=" + filepath.Join(b.dir, "cache"),
		"PATH=" + os.Getenv("PATH"),
	}}
}

func (c command) time() (time.Duration, error) {
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Env = c.env
	if c.before != nil {
		if err := c.before(); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if _, exited := err.(*exec.ExitError); err != nil && (!exited || c.must) {
		return 0, fmt.Errorf("%v: %w", c.argv, err)
	}
	return took, nil
}

// medians times the commands in turn, n rounds after some to warm up, so that
// whatever else the machine does falls on all of them alike.
func medians(n int, commands ...command) ([]time.Duration, error) {
	samples := make([][]time.Duration, len(commands))
	for round := range n + 3 {
		for i, c := range commands {
			took, err := c.time()
			if err != nil {
				return nil, err
			}
			if round >= 3 {
				samples[i] = append(samples[i], took)
			}
		}
	}
	middle := make([]time.Duration, len(commands))
	for i := range samples {
		middle[i] = median(samples[i])
	}
	return middle, nil
}

// ratio is a row that compares two durations.
func ratio(what string, is, reference time.Duration, budget float64) row {
	r := float64(is) / float64(reference)
	return row{what, fmt.Sprintf("%.2f  (%s / %s)", r, round(is), round(reference)), fmt.Sprintf("<= %.2f", budget), r <= budget}
}

func round(d time.Duration) string {
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	default:
		return d.Round(10 * time.Microsecond).String()
	}
}

func median[T cmp.Ordered](samples []T) T {
	slices.Sort(samples)
	return samples[len(samples)/2]
}
