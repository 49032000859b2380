package terminal

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// SetState changes the state of the terminal fd, by a request such as unix.TCSETSF,
// also when another process has the foreground: the caller is not stopped by SIGTTOU.
// The signal is blocked for the thread only, since a program that is executed later
// would inherit an ignored one.
func SetState(fd int, request uint, state *unix.Termios) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var block, before unix.Sigset_t
	block.Val[0] = 1 << (unix.SIGTTOU - 1)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &block, &before); err == nil {
		defer unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil)
	}
	return unix.IoctlSetTermios(fd, request, state)
}
