//go:build linux && (amd64 || arm64)

package supervise

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Available says why nothing can be supervised here; nil when it can, as far as
// a trial on a thread of guard's own tells. The launcher's handshake has the last
// word: see Summary.Forbidden.
func Available() error {
	for _, check := range []func() error{kernelIsNew, kernelNotifies, memoryIsReadable, childIsReadable, processesAreOurs, filterInstalls} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// Privileged says whether set-id programs keep working in what is supervised.
func Privileged() bool {
	return capable(unix.CAP_SYS_ADMIN)
}

// processesAreOurs: /proc is that of guard's own process namespace; in another
// one the numbers of processes mean others.
func processesAreOurs() error {
	self, err := os.Readlink("/proc/self")
	if err != nil {
		return fmt.Errorf("look at /proc: %w", err)
	}
	if self != strconv.Itoa(os.Getpid()) {
		return errors.New("/proc is that of another process namespace")
	}
	return nil
}

// kernelIsNew: before Linux 5.5 a listener cannot let a call go on.
func kernelIsNew() error {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return fmt.Errorf("ask the kernel's version: %w", err)
	}
	var major, minor int
	release := unix.ByteSliceToString(name.Release[:])
	if _, err := fmt.Sscanf(release, "%d.%d", &major, &minor); err != nil {
		return fmt.Errorf("the kernel's version %q cannot be read", release)
	}
	if major < 5 || major == 5 && minor < 5 {
		return fmt.Errorf("the kernel %s is too old: Linux 5.5 or newer is needed", release)
	}
	return nil
}

func kernelNotifies() error {
	action := uint32(unix.SECCOMP_RET_USER_NOTIF)
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action))); errno != 0 {
		return fmt.Errorf("seccomp user notification is not available (a container may forbid it): %w", errno)
	}
	var s sizes
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_NOTIF_SIZES, 0, uintptr(unsafe.Pointer(&s))); errno != 0 {
		return fmt.Errorf("seccomp user notification: %w", errno)
	}
	if int(s.notification) != int(unsafe.Sizeof(notification{})) || int(s.answer) != int(unsafe.Sizeof(answer{})) {
		return errors.New("this kernel's seccomp notifications have a size that guard does not know")
	}
	return nil
}

func memoryIsReadable() error {
	known, copied := []byte("guard"), make([]byte, 5)
	if err := readMemory(os.Getpid(), uintptr(unsafe.Pointer(&known[0])), copied); err != nil {
		return fmt.Errorf("read a process's memory: %w", err)
	}
	if _, err := os.Readlink("/proc/self/exe"); err != nil {
		return fmt.Errorf("/proc is needed: %w", err)
	}
	return nil
}
