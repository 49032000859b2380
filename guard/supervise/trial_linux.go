//go:build linux && (amd64 || arm64)

package supervise

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

var errForeign = errors.New("an outer program already listens for seccomp notifications, and there can be only one")

// filterInstalls puts the filter on a thread that does nothing else and ends
// with it. The launcher will fare as that thread does.
func filterInstalls() error {
	done := make(chan error, 1)
	go installAside(done)
	err := <-done
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, unix.EBUSY):
		return fmt.Errorf("install a seccomp filter (a container may forbid it): %w", err)
	case Around():
		return nil // it decides the steps
	default:
		return errForeign
	}
}

// installAside keeps its thread, so that the thread ends when it returns.
func installAside(done chan<- error) {
	runtime.LockOSThread()
	if unix.Gettid() == unix.Getpid() {
		// The first thread lives as long as guard. It is held until another has
		// been taken.
		defer runtime.UnlockOSThread()
		other := make(chan error, 1)
		go installAside(other)
		done <- <-other
		return
	}
	fd, _, err := install(filter(Acts{}))
	if err == nil {
		unix.Close(fd)
	}
	done <- err
}

// rollCall is a file that nobody has. A guard that supervises answers the
// attempt to execute it with present, so that a guard below it knows; or, when
// that names the policies it would decide by and they are not its own, with
// differs. Whoever only listens lets it go on, and the kernel finds nothing there.
const (
	rollCall = "/proc/is/a/guard/around"
	present  = unix.EALREADY
	differs  = unix.EDOM
)

var rollCallBytes = []byte(rollCall)

// leaves is what a guard sends that leaves the steps of its command to the outer
// guard; no policies have it as their hash.
const leaves = "*"

// endedByYou is what such a guard sends when its command has ended, to ask whether the
// outer guard has stopped it: present says yes.
const endedByYou = "?"

// Around says whether an outer guard sees what is executed here.
func Around() bool { return called("") == present }

// DecidesOtherwise says whether an outer guard sees what is executed here,
// and decides it by policies other than those of the hash. Then it also decides what
// this process executes itself, which it leaves to this process otherwise.
func DecidesOtherwise(hash string) bool { return called(hash) == differs }

// called is the answer to the roll call; hash is "", leaves, or that of policies.
func called(hash string) unix.Errno {
	if mode, err := unix.PrctlRetInt(unix.PR_GET_SECCOMP, 0, 0, 0, 0); err == nil && mode == 0 {
		return unix.ENOENT // nobody is around: no filter, and no call for the kernel's audit
	}
	path, err := unix.BytePtrFromString(rollCall)
	if err != nil {
		return unix.EINVAL
	}
	word, err := unix.BytePtrFromString(hash)
	if err != nil {
		return unix.EINVAL
	}
	argv := [3]uintptr{uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(word)), 0}
	_, _, errno := unix.Syscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&argv[0])), 0)
	runtime.KeepAlive(path)
	runtime.KeepAlive(word)
	return errno
}

// answerCall answers the roll call of an inner guard. One whose words cannot be
// read is taken for one with other policies.
func (s *Supervisor) answerCall(n *notification) {
	answered, pid := differs, processOf(int(n.tid))
	words, err := readWords(int(n.tid), n.call().argv, n.pointerSize())
	switch {
	case err != nil || len(words) != 2:
	case words[1] == leaves:
		s.leavesItsSteps(pid)
		answered = present
	case words[1] == endedByYou:
		s.listener.send(&answer{id: n.id, errno: -int32(s.wasStopped(pid))})
		return
	case words[1] == "", s.config.Policies == nil, words[1] == s.config.Policies():
		answered = present
	}
	if answered == differs {
		s.others.Store(pid, true)
	}
	s.listener.send(&answer{id: n.id, errno: -int32(answered)})
}

// childIsReadable: what guard starts of itself can be read by guard. It cannot
// where the file of guard may be executed but not read, or by Yama's word.
func childIsReadable() error {
	if capable(unix.CAP_SYS_PTRACE) {
		return yama('3')
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil || dumpable != 1 {
		return errors.New("guard is not allowed to read the memory of its own child: its file may be executed, but not read, by this user")
	}
	return yama('2')
}

// yama: from that scope on no memory may be read.
func yama(scope byte) error {
	text, err := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	if err != nil {
		return nil // there is no Yama
	}
	if word := strings.TrimSpace(string(text)); word != "" && word[0] >= scope {
		return fmt.Errorf("guard is not allowed to read the memory of its own child: kernel.yama.ptrace_scope is %s", word)
	}
	return nil
}

func capable(capability int) bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	err := unix.Capget(&header, &data[0])
	return err == nil && data[capability/32].Effective&(1<<(capability%32)) != 0
}
