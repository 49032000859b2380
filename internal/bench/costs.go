package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// costs are what a command needs of the kernel. Other than times they hardly depend on the
// machine: a library that costs start-up shows in them wherever it is measured.
type costs struct {
	faults   int64 // minor page faults
	switches int64 // of context, wanted or not
	written  int64 // bytes that it made to be written to disk
	calls    int64 // system calls; 0 without strace
	syncs    int64 // of them, those that wait for the disk
}

func (c costs) String() string {
	text := fmt.Sprintf("%d faults, %d switches, %d KB written", c.faults, c.switches, c.written>>10)
	if c.calls > 0 {
		text += fmt.Sprintf(", %d calls, %d syncs", c.calls, c.syncs)
	}
	return text
}

// costsOf are medians of some runs.
func (b *bench) costsOf(c command) (costs, error) {
	const rounds = 9
	var faults, switches, written []int64
	for range rounds {
		cmd := exec.Command(c.argv[0], c.argv[1:]...)
		cmd.Env = c.env
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			return costs{}, fmt.Errorf("%v: %w", c.argv, err)
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			return costs{}, fmt.Errorf("%v: its usage is not known", c.argv)
		}
		faults = append(faults, usage.Minflt)
		switches = append(switches, usage.Nvcsw+usage.Nivcsw)
		written = append(written, usage.Oublock*512)
	}
	all := costs{faults: median(faults), switches: median(switches), written: median(written)}
	if _, err := exec.LookPath("strace"); err == nil {
		return all, b.trace(c, &all)
	}
	return all, nil
}

// trace counts system calls, in a run of its own.
func (b *bench) trace(c command, into *costs) error {
	counts := filepath.Join(b.dir, "calls")
	cmd := exec.Command("strace", append([]string{"-f", "-c", "-o", counts}, c.argv...)...)
	cmd.Env = c.env
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return err
	}
	text, err := os.ReadFile(counts)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		// "% time, seconds, usecs/call, calls, [errors,] name"; the total has no usecs in old ones.
		fields := strings.Fields(string(line))
		if len(fields) < 4 {
			continue
		}
		n, err := strconv.ParseInt(fields[3], 10, 64)
		switch name := fields[len(fields)-1]; {
		case err != nil:
		case name == "total":
			into.calls = n
		case name == "fsync" || name == "fdatasync":
			into.syncs += n
		}
	}
	return nil
}

// costly are rows of what commands cost, each with the page faults that it may have.
func (b *bench) costly(some ...costing) ([]row, error) {
	var rows []row
	for _, one := range some {
		found, err := b.costsOf(one.command)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{one.what, found.String(), fmt.Sprintf("<= %d faults", one.faults), found.faults <= one.faults})
	}
	return rows, nil
}

type costing struct {
	what    string
	command command
	faults  int64
}
