package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"

	"golang.org/x/sys/unix"
)

func TestAFullDiskIsAnErrorAndTheLogStaysWhole(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	dir := filepath.Join(t.TempDir(), "small")
	must(t, os.Mkdir(dir, 0o700))
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m,mode=0700"); err != nil {
		t.Skipf("mounting is not allowed here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	path := filepath.Join(dir, "audit.db")
	l := openLog(t, path)
	accepted := int64(0)
	var err error
	for range 100 {
		if _, err = l.Accept(t.Context(), intentOf(guard.Accepted, "rm", strings.Repeat("x", 20000))); err != nil {
			break
		}
		accepted++
	}
	if err == nil || !strings.Contains(err.Error(), "disk is full: free some space") {
		t.Fatalf("error %v", err)
	}
	if v := verify(t, path); !v.OK || v.Entries != accepted {
		t.Errorf("accepted %d, %+v %+v", accepted, v, v.Problem)
	}
	must(t, unix.Mount("", dir, "", unix.MS_REMOUNT, "size=8m"))
	accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
	readOnly := filepath.Join(t.TempDir(), "read-only")
	must(t, os.Mkdir(readOnly, 0o700))
	must(t, unix.Mount(dir, readOnly, "", unix.MS_BIND, ""))
	t.Cleanup(func() { _ = unix.Unmount(readOnly, unix.MNT_DETACH) })
	must(t, unix.Mount("", readOnly, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
	path = filepath.Join(readOnly, "audit.db")
	if again, err := Open(t.Context(), Config{Path: path}); err == nil {
		_, err = again.Accept(t.Context(), intentOf(guard.Accepted, "rm", "/a"))
		t.Errorf("a read-only file system can be opened; then %v", err)
	} else if !strings.Contains(err.Error(), "read-only") {
		t.Errorf("error %v", err)
	}
	if v := verify(t, path); !v.OK {
		t.Errorf("read-only: %+v", v.Problem)
	}
}
