//go:build linux && (amd64 || arm64)

package supervise

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The first byte of what the launcher says on the socket.
const (
	saysListening = 'L' // and the address of knownText; the listener comes along
	saysNested    = 'N' // there is a listener already, of a guard further out
	saysFailed    = 'F' // and why
	saysErrno     = 'E' // and the number: the command could not be executed
	saysGo        = 'G' // the supervisor's answer
)

// knownText is read by the supervisor from the launcher's memory, to see
// whether that works here.
const knownText = "guard reads what it is about to let run"

// Stage is what guard does when it was started with StageWord: the launcher,
// which becomes the command, or the one that stays behind for daemons. args are
// the words after StageWord. It must be called from the main goroutine before
// anything else is started, and returns an exit status when it could not become
// the command.
func Stage(args []string, env []string) int {
	if len(args) == 2 && args[0] == stayWord {
		return stayBehind(args[1])
	}
	const fixed = 5 // descriptor, user, path, --, first word
	if len(args) < fixed || args[3] != "--" {
		fmt.Fprintln(os.Stderr, "guard: "+StageWord+" is for guard itself")
		return 125
	}
	fd, err := strconv.Atoi(args[0])
	if err != nil || fd < 3 {
		return 125
	}
	unix.CloseOnExec(fd)
	return launch(fd, args[1], args[2], args[4:], env)
}

// launch installs the filter and executes the command, on one thread: filter and
// user belong to the thread.
func launch(socket int, user, path string, argv, env []string) int {
	runtime.LockOSThread()
	found, err := install()
	switch {
	case errors.Is(err, unix.EBUSY):
		err = tell(socket, []byte{saysNested}, -1)
	case err != nil:
		_ = tell(socket, append([]byte{saysFailed}, err.Error()...), -1)
		return 125
	default:
		err = tell(socket, address(), found)
		unix.Close(found)
	}
	if err != nil || !told(socket) {
		return 125
	}
	if err := become(user); err != nil {
		_ = tell(socket, append([]byte{saysFailed}, err.Error()...), -1)
		return 125
	}
	errno, _ := execute(path, argv, env).(unix.Errno)
	_ = tell(socket, []byte{saysErrno, byte(errno)}, -1)
	return 126
}

// address is the message that says where knownText lies, and which thread this
// is.
func address() []byte {
	message := []byte{saysListening}
	message = binary.NativeEndian.AppendUint64(message, uint64(uintptr(unsafe.Pointer(unsafe.StringData(knownText)))))
	return binary.NativeEndian.AppendUint64(message, uint64(unix.Gettid()))
}

// install puts the filter on this thread. Without the right to do so, it first
// gives up set-id programs for good.
func install() (int, error) {
	fd, err := seccomp()
	if err != unix.EACCES {
		return fd, err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return -1, fmt.Errorf("no_new_privs: %w", err)
	}
	return seccomp()
}

func seccomp() (int, error) {
	program := filter()
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	const flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
	fd, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// become changes this thread to "UID:GID:GROUP,GROUP…"; "" changes nothing. The
// command gets the credentials of the thread that executes it.
func become(user string) error {
	if user == "" {
		return nil
	}
	parts := strings.Split(user, ":")
	if len(parts) != 3 {
		return fmt.Errorf("become %q: not a user", user)
	}
	var groups []uint32
	for _, text := range strings.Split(parts[2], ",") {
		if group, err := strconv.ParseUint(text, 10, 32); err == nil {
			groups = append(groups, uint32(group))
		}
	}
	uid, errUser := strconv.ParseUint(parts[0], 10, 32)
	gid, errGroup := strconv.ParseUint(parts[1], 10, 32)
	if errUser != nil || errGroup != nil || len(groups) == 0 {
		return fmt.Errorf("become %q: not a user", user)
	}
	return credentials(uintptr(uid), uintptr(gid), groups)
}

func credentials(uid, gid uintptr, groups []uint32) error {
	if _, _, errno := unix.RawSyscall(unix.SYS_SETGROUPS, uintptr(len(groups)), uintptr(unsafe.Pointer(&groups[0])), 0); errno != 0 {
		return fmt.Errorf("set the groups: %w", errno)
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_SETRESGID, gid, gid, gid); errno != 0 {
		return fmt.Errorf("set the group: %w", errno)
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, uid, uid, uid); errno != 0 {
		return fmt.Errorf("set the user: %w", errno)
	}
	return nil
}

// execute replaces this program by the command; it returns only the error.
func execute(path string, argv, env []string) error { return unix.Exec(path, argv, env) }

// tell sends a message, with a descriptor unless it is -1.
func tell(socket int, message []byte, fd int) error {
	var rights []byte
	if fd >= 0 {
		rights = unix.UnixRights(fd)
	}
	return unix.Sendmsg(socket, message, rights, nil, unix.MSG_NOSIGNAL)
}

// told waits for the supervisor's word to go.
func told(socket int) bool {
	var word [1]byte
	for {
		n, err := unix.Read(socket, word[:])
		if err != unix.EINTR {
			return err == nil && n == 1 && word[0] == saysGo
		}
	}
}
