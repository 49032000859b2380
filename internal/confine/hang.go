//go:build linux

package confine

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// hang mounts a file system at the directory $HANGING whose server answers
// nothing, in a mount namespace that only this thread has. It ends when all who
// have inherited the server's descriptor are gone. Only root can do it.
func hang() error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("a mount namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	server, err := unix.Open("/dev/fuse", unix.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("/dev/fuse: %w", err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=40000,user_id=0,group_id=0", server)
	if err := unix.Mount("hanging", os.Getenv("HANGING"), "fuse.hanging", 0, options); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	return nil
}
