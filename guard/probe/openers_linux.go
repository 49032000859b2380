package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
	"blastguard/guard/fileio"

	"golang.org/x/sys/unix"
)

// findOpeners reads /proc for processes whose working directory, root, program
// or open files lie inside the roots: one line a process. guard itself is left
// out, and so is the working directory of the processes above it: one's own
// shell may stand inside. Processes that may not be read do not make the answer
// unknown; the evidence says how many there are. Files that are only mapped,
// and not open, are not seen.
func findOpeners(ctx context.Context, roots []root) openers {
	pids, err := processes()
	if err != nil || len(roots) == 0 {
		return openers{err: err}
	}
	scan := scan{in: insideOf(roots), above: ancestors(os.Getpid()), starts: startsOf(roots)}
	for _, pid := range pids {
		if ctx.Err() != nil {
			return openers{err: errors.New("not read to the end in time")}
		}
		scan.process(pid)
	}
	return scan.result()
}

// startsOf are the beginnings of what lies in the roots, when they are few.
func startsOf(roots []root) [][]byte {
	const few = 16
	if len(roots) > few {
		return nil
	}
	starts := make([][]byte, len(roots))
	for i, root := range roots {
		starts[i] = []byte(root.path)
	}
	return starts
}

type scan struct {
	in       inside
	above    map[int]bool // guard and its ancestors
	starts   [][]byte     // of the paths in the roots; none: there are too many to compare
	found    []any
	evidence []string
	unread   int
	text     [fileio.LinkLength]byte // of a link
}

func (s *scan) result() openers {
	if s.unread > 0 {
		s.evidence = append(s.evidence, guard.Plural(s.unread, "process", "processes")+" of others could not be read; root can")
	}
	return openers{found: s.found, evidence: s.evidence}
}

func (s *scan) process(pid int) {
	if pid == os.Getpid() {
		return
	}
	dir := "/proc/" + strconv.Itoa(pid)
	if _, err := unix.Readlink(dir+"/exe", s.text[:]); err == unix.ENOENT {
		return // a thread of the kernel, or one that has ended: nothing is open in it
	}
	for _, link := range []string{"cwd", "root", "exe"} {
		path, ok := s.uses(dir + "/" + link)
		if ok && link == "cwd" && s.above[pid] {
			s.evidence = append(s.evidence, fmt.Sprintf("the shell this was typed in (pid %d) stands in %s", pid, path))
			continue
		}
		if ok {
			s.add(pid, dir, path)
			return
		}
	}
	err := fileio.Links(dir+"/fd", func(name string, target []byte) (more bool) {
		path, ok := s.leadsIn(dir+"/fd/"+name, target)
		if ok {
			s.add(pid, dir, path)
		}
		return !ok
	}, s.may)
	if errors.Is(err, fs.ErrPermission) {
		s.unread++
	}
}

// uses says whether a link of /proc leads into the roots.
func (s *scan) uses(link string) (string, bool) {
	n, err := unix.Readlink(link, s.text[:])
	if err != nil || !s.may(s.text[:n]) {
		return "", false
	}
	return s.leadsIn(link, s.text[:n])
}

// may: a link with that text may lead into the roots. Most are those of pipes, sockets
// and libraries, and need no closer look.
func (s *scan) may(text []byte) bool {
	if len(text) == 0 || text[0] != '/' {
		return false
	}
	if len(s.starts) == 0 || len(text) == len(s.text) {
		return true
	}
	return slices.ContainsFunc(s.starts, func(start []byte) bool { return bytes.HasPrefix(text, start) })
}

// leadsIn says whether a link leads into the roots. Its text alone does not tell: the
// file may be deleted, or be of another mount namespace.
func (s *scan) leadsIn(link string, text []byte) (string, bool) {
	path := string(text)
	if len(text) == len(s.text) {
		path, _ = os.Readlink(link) // it may have been cut
	}
	if !s.in.holds(path) {
		return "", false
	}
	used, err := os.Stat(link)
	if err != nil {
		return path, !absent(err)
	}
	named, err := os.Lstat(path)
	if err != nil {
		return path, !absent(err)
	}
	return path, os.SameFile(used, named)
}

func (s *scan) add(pid int, dir, path string) {
	name, err := fileio.Read(dir+"/comm", 64)
	if err != nil {
		return // it has ended
	}
	s.found = append(s.found, map[string]any{"pid": int64(pid), "name": guard.Printable(strings.TrimSpace(string(name))), "path": path})
}

func processes() ([]int, error) {
	names, err := fileio.Names("/proc", -1)
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	if len(pids) == 0 {
		return nil, errors.New("/proc shows no process")
	}
	return pids, nil
}

// ancestors are the process and those above it.
func ancestors(pid int) map[int]bool {
	above := map[int]bool{}
	for pid > 0 && !above[pid] {
		above[pid] = true
		pid = parent(pid)
	}
	return above
}

// parent reads the fourth field of proc_pid_stat(5); the second is a name in
// brackets that may hold anything. 0 when it cannot be told.
func parent(pid int) int {
	stat, err := fileio.Read("/proc/"+strconv.Itoa(pid)+"/stat", 4096)
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	above, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0
	}
	return above
}
