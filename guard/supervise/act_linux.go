//go:build linux && (amd64 || arm64)

package supervise

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// actQuestion is question for what a script is about to do itself.
func (s *Supervisor) actQuestion(ctx context.Context, n *notification, k kind) {
	s.answered(ctx, n, func() (Exec, bool) { return s.readAct(n, k) })
}

// readAct reads an act; pass says that it concerns nothing outside of the run.
func (s *Supervisor) readAct(n *notification, k kind) (asked Exec, pass bool) {
	tid := int(n.tid)
	if tid == 0 {
		return Exec{Unreadable: "the process that does it is in a namespace that guard does not see"}, false
	}
	asked = Exec{PID: processOf(tid), UID: userOf(tid)}
	var err error
	if asked.Dir, err = os.Readlink(fmt.Sprintf("/proc/%d/cwd", tid)); err != nil {
		asked.Unreadable = unreadable(err)
	}
	if k.signals() {
		pass = s.readSignal(&asked, n, k)
	} else {
		s.readTruncation(&asked, n, k)
	}
	return asked, pass
}

// readTruncation is "truncate --size=0 -- FILE", or "append -- FILE" where it is not
// emptied, with the file that is behind all links.
func (s *Supervisor) readTruncation(asked *Exec, n *notification, k kind) {
	tid := int(n.tid)
	f := n.opened(k)
	path, err := readText(tid, f.path, make([]byte, unix.PathMax))
	asked.On, asked.Path = OnTruncate, string(path)
	if err != nil {
		asked.Unreadable = unreadable(err)
	} else if name, err := s.fileOf(tid, f.dir, path); err != nil {
		asked.Unreadable = fmt.Sprintf("guard cannot tell which file %q is: %v", path, err)
	} else {
		asked.Path = name
	}
	asked.Argv = []string{"truncate", "--size=0", "--", asked.Path}
	sign := "> "
	if (&fastPath{}).flags(tid, f)&unix.O_TRUNC == 0 {
		asked.On, asked.Argv, sign = OnAppend, []string{"append", "--", asked.Path}, ">> "
	}
	asked.Place = append(s.place(asked.PID), sign+string(path))
}

// fileOf is the absolute path of a file of a process, links followed, as guard
// sees it. A process with other mounts may mean another file by it: then the
// path must lead guard to the very same one.
func (s *Supervisor) fileOf(tid, dir int, path []byte) (string, error) {
	fp := &fastPath{}
	fd, errno := fp.openBelow(tid, dir, path)
	if errno != 0 {
		return "", errno
	}
	defer unix.Close(fd)
	if err := unix.Fstat(fd, &fp.status); err != nil {
		return "", err
	}
	link := readLink(fp.descriptor(fd), fp.link[:])
	if link == nil {
		return "", unix.EACCES
	}
	name := string(link)
	ours, err := identify(name)
	if err != nil || ours != (file{uint64(fp.status.Dev), fp.status.Ino}) {
		return "", fmt.Errorf("%s is another file, or none, outside of its root or its mounts", name)
	}
	return name, nil
}
