//go:build linux && (amd64 || arm64)

package supervise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// maxDepth bounds the way up from a process to the command.
const maxDepth = 64

// place names the processes from the supervised command down to this one. A
// process that has only forked is not named again.
func (s *Supervisor) place(pid int) []string {
	var names []string
	main := int(s.main.Load())
	for range maxDepth {
		if pid <= 1 || pid == os.Getpid() {
			break
		}
		if name := nameOf(pid); len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
		if pid == main {
			break
		}
		pid, _ = parentOf(pid)
	}
	slices.Reverse(names)
	return names
}

// Above are the command lines of the processes from this one up to the supervised
// command, each as the kernel shows it. What cannot be read is left out.
func (s *Supervisor) Above(pid int) [][]string {
	var lines [][]string
	main := int(s.main.Load())
	for range maxDepth {
		if pid <= 1 || pid == os.Getpid() {
			break
		}
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && len(line) > 0 {
			lines = append(lines, strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00"))
		}
		if pid == main {
			break
		}
		pid, _ = parentOf(pid)
	}
	return lines
}

// nameOf is a process as a person would name it: its program, or the script that
// an interpreter runs.
func nameOf(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return "?"
	}
	comm := strings.TrimSuffix(string(name), "\n")
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	words := strings.SplitN(string(line), "\x00", 4)
	switch {
	case err != nil || len(words) < 2:
		return comm
	case interprets(comm) && len(words) > 2 && words[1] != "" && words[1][0] != '-':
		return path.Base(words[1])
	}
	// The kernel cuts comm at 15 bytes; a script's is that of the script.
	for _, word := range words[:min(len(words), 3)] {
		if base := path.Base(word); strings.HasPrefix(base, comm) {
			return base
		}
	}
	return comm
}

// parentOf reads a process's parent from its stat line, and its state.
func parentOf(pid int) (parent int, state byte) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	fields := strings.Fields(string(line[bytes.LastIndexByte(line, ')')+1:]))
	if len(fields) < 2 {
		return 0, 0
	}
	parent, _ = strconv.Atoi(fields[1])
	return parent, fields[0][0]
}

// processOf is the process of a thread.
func processOf(tid int) int {
	pid, err := strconv.Atoi(statusField(tid, "Tgid:"))
	if err != nil {
		return tid
	}
	return pid
}

// userOf is the effective user of a thread, or -1.
func userOf(tid int) int {
	ids := strings.Fields(statusField(tid, "Uid:"))
	if len(ids) < 2 {
		return -1
	}
	uid, err := strconv.Atoi(ids[1])
	if err != nil {
		return -1
	}
	return uid
}

// filtersOf is how many seccomp filters a process has.
func filtersOf(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	n, _ := filtersIn(string(text))
	return n
}

func statusField(pid int, name string) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return ""
	}
	return fieldIn(string(text), name)
}

func fieldIn(text, name string) string {
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, name); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// filtersIn reads that from a status file. Kernels before 5.9 do not count them:
// there, one that has any has one more than guard.
func filtersIn(text string) (n int, counted bool) {
	if value := fieldIn(text, "Seccomp_filters:"); value != "" {
		n, err := strconv.Atoi(value)
		return n, err == nil
	}
	if fieldIn(text, "Seccomp:") == "2" {
		return 1, false
	}
	return 0, false
}

// ownFilters are those that guard was started with, where they are counted.
func ownFilters() (n int, counted bool) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, true
	}
	if n, counted = filtersIn(string(text)); !counted {
		return 0, false
	}
	return n, true
}

// descendants are the living processes below guard that have the filter.
func (s *Supervisor) descendants() []int {
	return below(os.Getpid(), s.filters)[1:]
}

// below are a process and the living ones below it that have more filters than
// that.
func below(top, filters int) []int {
	found := []int{top}
	entries, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return found
	}
	children := map[int][]int{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(path.Base(entry))
		if err != nil {
			continue
		}
		if parent, state := parentOf(pid); state != 'Z' && state != 0 {
			children[parent] = append(children[parent], pid)
		}
	}
	for i := 0; i < len(found); i++ {
		for _, pid := range children[found[i]] {
			if filtersOf(pid) > filters {
				found = append(found, pid)
			}
		}
	}
	return found
}

// signalTree signals every descendant once, also those that are born meanwhile.
func (s *Supervisor) signalTree(number unix.Signal) { signalBelow(os.Getpid(), s.filters, number) }

// signalBelow does that to those below a process.
func signalBelow(top, filters int, number unix.Signal) {
	const rounds = 20
	told := map[int]bool{}
	for range rounds {
		more := false
		for _, pid := range below(top, filters)[1:] {
			if !told[pid] {
				told[pid], more = true, true
				_ = unix.Kill(pid, number)
				_ = unix.Kill(pid, unix.SIGCONT)
			}
		}
		if !more {
			return
		}
	}
}

// endTree waits until nothing is left of the command, and kills what is left
// after the grace. What the kernel does not let die it leaves.
func (s *Supervisor) endTree() {
	const pause, patience = 10 * time.Millisecond, 5 * time.Second
	for s.anyLook(func() bool { return len(s.descendants()) > 0 }) {
		nanoseconds := s.grace.Load()
		grace := time.Unix(0, nanoseconds)
		switch {
		case nanoseconds == 0: // Stop waits for what must not be stopped
		case time.Since(grace) >= patience:
			return
		case time.Now().After(grace):
			s.signalTree(unix.SIGKILL)
		}
		time.Sleep(pause)
	}
}

// unstoppable says whether something is at work that must not be stopped half-way.
// All that runs beside it goes on too: it may be at the other end of a pipe.
// A process whose parent ends while they are listed is not found: it is looked
// several times.
func (s *Supervisor) unstoppable() bool {
	if s.config.Spares == nil {
		return false
	}
	return s.anyLook(func() bool { return slices.ContainsFunc(s.descendants(), s.config.Spares) })
}

func (s *Supervisor) anyLook(found func() bool) bool {
	const looks, pause = 3, 10 * time.Millisecond
	for i := range looks {
		if i > 0 {
			time.Sleep(pause)
		}
		if found() {
			return true
		}
	}
	return false
}

// elsewhere: the process has another root or other mounts than guard, so that a
// path is not the same file.
func elsewhere(tid int) bool {
	root, errRoot := identify(fmt.Sprintf("/proc/%d/root", tid))
	ours, errOurs := identify("/")
	mounts, errMounts := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", tid))
	our, errOur := os.Readlink("/proc/self/ns/mnt")
	return errors.Join(errRoot, errOurs, errMounts, errOur) != nil || root != ours || mounts != our
}

// reap takes the end of orphans, which the kernel gives to guard. The command
// itself and the programs that guard starts are waited for elsewhere.
func (s *Supervisor) reap(ctx context.Context) {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, unix.SIGCHLD)
	defer signal.Stop(ended)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ended:
			s.reapOrphans()
		}
	}
}

func (s *Supervisor) reapOrphans() {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return
	}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for _, word := range strings.Fields(string(text)) {
			pid, err := strconv.Atoi(word)
			if err != nil || int64(pid) == s.main.Load() {
				continue
			}
			if _, state := parentOf(pid); state == 'Z' && filtersOf(pid) > s.filters {
				_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil)
			}
		}
	}
}
