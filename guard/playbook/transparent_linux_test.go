package playbook

import (
	"path/filepath"
	"syscall"
	"testing"
)

// Who waits to write a script into a named pipe writes it to the interpreter, and not to
// a guard that opens it before and goes away.
func TestANamedPipeIsNotOpened(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	watch, err := syscall.InotifyInit1(syscall.IN_NONBLOCK)
	if err != nil {
		t.Skip(err)
	}
	defer syscall.Close(watch)
	if _, err := syscall.InotifyAddWatch(watch, pipe, syscall.IN_OPEN); err != nil {
		t.Skip(err)
	}
	if got := beginning(pipe, scriptSize); len(got) > 0 {
		t.Errorf("it has %q", got)
	}
	if n, err := syscall.Read(watch, make([]byte, 4096)); err != syscall.EAGAIN {
		t.Errorf("it was opened: %d bytes of events, %v", n, err)
	}
}
