//go:build linux && (amd64 || arm64)

package supervise

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// stillThere is how often guard looks whether a process still waits for its
// answer.
const stillThere = 100 * time.Millisecond

// question reads one exec in full, has it decided, and answers. Whatever goes
// wrong refuses.
func (s *Supervisor) question(ctx context.Context, n *notification) {
	s.answered(ctx, n, func() (asked Exec, pass bool) {
		if s.own(n) {
			return asked, true
		}
		asked, named := s.read(n)
		pass = named && len(asked.Forms) == 0 && !asked.SetID
		if pass && s.listener.valid(&n.id) {
			s.ungoverned.Add(1)
		}
		return asked, pass
	})
}

// answered reads a call in full, has it decided unless it may pass, and answers.
func (s *Supervisor) answered(ctx context.Context, n *notification, read func() (asked Exec, pass bool)) {
	allowed, delivered := false, func() {}
	defer func() {
		if problem := recover(); problem != nil {
			allowed = false
		}
		if allowed && s.listener.allow(n.id) || !allowed && s.listener.refuse(n.id) {
			delivered()
		}
	}()
	asked, pass := s.readWhole(n.id, read)
	switch {
	case !s.listener.valid(&n.id):
	case pass:
		allowed = true
	case asked.On == "" && s.refusals.repeats(asked):
	case s.restarts:
		allowed, delivered = s.decidedOnce(ctx, asked, n)
	default:
		allowed, _ = s.decide(ctx, asked, func() bool { return s.listener.valid(&n.id) })
	}
}

// readWhole reads a call, which may take as long as a file system likes.
func (s *Supervisor) readWhole(id uint64, read func() (asked Exec, pass bool)) (asked Exec, pass bool) {
	s.reading.Add(1)
	s.held.add(id)
	defer func() {
		s.held.remove(id)
		s.reading.Add(-1)
	}()
	return read()
}

// decide has an exec decided, unless everything is to end. It is dropped when
// its process waits no longer.
func (s *Supervisor) decide(ctx context.Context, asked Exec, waits func() bool) (allowed, dropped bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go watch(ctx, cancel, waits)
	asked.Stopping = s.stopping.Load()
	switch {
	case s.config.Decide(ctx, asked):
		return true, false
	case ctx.Err() != nil:
		return false, true
	default:
		s.refused.Add(1)
		s.refusals.add(asked)
		return false, false
	}
}

// own: a process that is guard itself executes only what it has decided, or
// what its policies ask. Where those are others, it is decided here too.
func (s *Supervisor) own(n *notification) bool {
	exe, err := identify(fmt.Sprintf("/proc/%d/exe", n.tid))
	if err != nil || exe != s.self || !s.listener.valid(&n.id) {
		return false
	}
	pid := processOf(int(n.tid))
	if int64(pid) == s.main.Load() && !s.started.Swap(true) {
		s.ungoverned.Add(1) // the command itself
		return true
	}
	above, _ := parentOf(pid)
	_, itself := s.others.Load(pid)
	_, child := s.others.Load(above)
	if itself || child {
		return false
	}
	if asked, named := s.read(n); s.config.Inner != nil && named && len(asked.Forms) > 0 && asked.Unreadable == "" {
		s.config.Inner(asked)
	}
	return true
}

// watch ends a question for whose answer nobody waits.
func watch(ctx context.Context, cancel context.CancelFunc, waits func() bool) {
	ticker := time.NewTicker(stillThere)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if !waits() {
				cancel()
				return
			}
		}
	}
}

// read reads everything about an exec; named says whether all the names by which
// something could govern it are known.
func (s *Supervisor) read(n *notification) (asked Exec, named bool) {
	tid := int(n.tid)
	if tid == 0 {
		return Exec{Unreadable: "the process that executes it is in a namespace that guard does not see"}, false
	}
	asked = Exec{PID: processOf(tid), UID: userOf(tid)}
	where := n.call()
	path, err := readText(tid, where.path, make([]byte, unix.PathMax))
	asked.Path = string(path)
	asked.Place = append(s.place(asked.PID), string(baseName(path)))
	if err == nil {
		asked.Argv, err = readWords(tid, where.argv, n.pointerSize())
	}
	if err == nil {
		asked.Env, err = readWords(tid, where.envp, n.pointerSize())
	}
	if err == nil {
		asked.Dir, err = os.Readlink(fmt.Sprintf("/proc/%d/cwd", tid))
	}
	if err != nil {
		asked.Unreadable = unreadable(err)
		return asked, false
	}
	if elsewhere(tid) {
		asked.Unreadable = "it runs in another root or mount namespace, where a path is not the same file"
	}
	return asked, s.forms(&asked, tid, where.dir)
}

// forms finds the command lines as which the program may be known; false when
// there may be more of them.
func (s *Supervisor) forms(asked *Exec, tid, dir int) bool {
	rest := asked.Argv
	if len(rest) > 0 {
		s.form(asked, rest)
		rest = rest[1:]
	}
	words := prepend(rest, asked.Path)
	s.form(asked, words)
	fp := &fastPath{governs: s.config.Governs, privileged: true}
	path := []byte(asked.Path)
	for range maxChain + 1 {
		fd, errno := fp.open(fp.below(tid, dir, path))
		if errno != 0 {
			return true // its names alone must do
		}
		_ = unix.Fstat(fd, &fp.status)
		link := readLink(fp.descriptor(fd), fp.link[:])
		head := fp.readHead(fp.descriptor(fd))
		unix.Close(fd)
		s.form(asked, prepend(words[1:], string(link)))
		asked.SetID = asked.SetID || !s.privileged && fp.status.Mode&unix.S_ISUID != 0 && int(fp.status.Uid) != asked.UID
		if len(interpreterOf(head)) == 0 {
			return true
		}
		words = interpreted(head, words)
		s.form(asked, words)
		path, dir = []byte(words[0]), unix.AT_FDCWD
	}
	asked.Unreadable = "its interpreters are nested too deeply"
	return false
}

// interpreted are the words with which the kernel starts the interpreter that a
// #! line names: the interpreter, at most one argument, the script, the rest.
func interpreted(head []byte, words []string) []string {
	line, _, _ := strings.Cut(string(head[2:]), "\n")
	line = strings.Trim(line, " \t")
	interpreter, argument, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
	if argument = strings.Trim(argument, " "); argument != "" {
		words = prepend(words, argument)
	}
	return prepend(words, interpreter)
}

// form adds a command line if something governs its program, once for each name.
func (s *Supervisor) form(asked *Exec, words []string) {
	name := string(baseName([]byte(words[0])))
	if !runsInside([]byte(name)) && !s.config.Governs([]byte(name)) {
		return
	}
	known := slices.ContainsFunc(asked.Forms, func(other []string) bool {
		return string(baseName([]byte(other[0]))) == name && len(other) == len(words)
	})
	if known {
		return
	}
	if name != filepath.Base(words[0]) {
		words = prepend(words[1:], name)
	}
	asked.Forms = append(asked.Forms, words)
}

func prepend(words []string, first string) []string {
	return append([]string{first}, words...)
}
