//go:build linux && (amd64 || arm64)

package supervise

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The first byte of what the launcher says on the socket.
const (
	saysListening = 'L' // and what address says; the listener comes along
	saysNested    = 'N' // there is a listener already, of an outer guard
	saysFailed    = 'F' // and why
	saysErrno     = 'E' // and the number: the command could not be executed
	saysGo        = 'G' // the supervisor's answer
)

// knownText is read by the supervisor from the launcher's memory, to see
// whether that works here.
const knownText = "guard reads what it is about to let run"

// Stage is what guard does when it was started with StageWord: the launcher,
// which becomes the command, or one of the copies. args are
// the words after StageWord. It must be called from the main goroutine before
// anything else is started, and returns an exit status when it could not become
// the command.
func Stage(args []string, env []string) int {
	if len(args) == 3 && args[0] == detachedWord {
		return runDetached(args[1], args[2])
	}
	if len(args) == 3 && args[0] == watchWord {
		return runWatcher(args[1], args[2])
	}
	const fixed = 6 // descriptor, user, acts, path, --, first word
	if len(args) < fixed || args[4] != "--" {
		fmt.Fprintln(os.Stderr, "guard: "+StageWord+" is only for guard itself")
		return 125
	}
	fd, err := strconv.Atoi(args[0])
	if err != nil || fd < 3 {
		return 125
	}
	unix.CloseOnExec(fd)
	return launch(fd, stage{user: args[1], acts: actsOf(args[2]), path: args[3], argv: args[5:], env: env})
}

// stage is what the launcher is to become.
type stage struct {
	user string // "" or "UID:GID:GROUP,GROUP…"
	acts Acts
	path string
	argv []string
	env  []string
}

// word encodes the acts for the launcher's command line; actsOf reads it.
func (a Acts) word() string {
	var words []string
	if a.Truncate {
		words = append(words, OnTruncate)
	}
	if a.Append {
		words = append(words, OnAppend)
	}
	if a.Signal {
		words = append(words, OnSignal)
	}
	return strings.Join(words, ",")
}

func actsOf(word string) Acts {
	words := strings.Split(word, ",")
	return Acts{
		Truncate: slices.Contains(words, OnTruncate), Append: slices.Contains(words, OnAppend), Signal: slices.Contains(words, OnSignal),
	}
}

// launch installs the filter and executes the command, on one thread: filter and
// user belong to the thread.
func launch(socket int, s stage) int {
	runtime.LockOSThread()
	found, restarts, err := install(filter(s.acts))
	switch {
	case errors.Is(err, unix.EBUSY):
		err = sendMessage(socket, []byte{saysNested}, -1)
	case err != nil:
		_ = sendMessage(socket, append([]byte{saysFailed}, err.Error()...), -1)
		return 125
	default:
		err = sendMessage(socket, address(restarts), found)
		unix.Close(found)
	}
	if err != nil || !awaitGo(socket) {
		return 125
	}
	if err := become(s.user); err != nil {
		_ = sendMessage(socket, append([]byte{saysFailed}, err.Error()...), -1)
		return 125
	}
	errno, _ := execute(s.path, s.argv, s.env).(unix.Errno)
	_ = sendMessage(socket, []byte{saysErrno, byte(errno)}, -1)
	return 126
}

// address is the message that says where knownText lies, which thread this is,
// and whether signals restart what waits.
func address(restarts bool) []byte {
	message := []byte{saysListening, 0}
	if restarts {
		message[1] = 1
	}
	message = binary.NativeEndian.AppendUint64(message, uint64(uintptr(unsafe.Pointer(unsafe.StringData(knownText)))))
	return binary.NativeEndian.AppendUint64(message, uint64(unix.Gettid()))
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

// sendMessage sends a message, with a descriptor unless it is -1.
func sendMessage(socket int, message []byte, fd int) error {
	var rights []byte
	if fd >= 0 {
		rights = unix.UnixRights(fd)
	}
	return unix.Sendmsg(socket, message, rights, nil, unix.MSG_NOSIGNAL)
}

// awaitGo waits until the supervisor lets the launcher go on.
func awaitGo(socket int) bool {
	var word [1]byte
	for {
		n, err := unix.Read(socket, word[:])
		if err != unix.EINTR {
			return err == nil && n == 1 && word[0] == saysGo
		}
	}
}
