//go:build linux && (amd64 || arm64)

package supervise

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What a command, or one of an inner guard, makes in its first moment is not older
// than it, although file systems stamp with a clock that is behind by up to a tick.
func TestWhatIsMadeAtOnceIsNotOlder(t *testing.T) {
	dir := t.TempDir()
	told := false
	for i := range 200 {
		s, err := New(Config{})
		if err != nil {
			t.Skip(err)
		}
		s.leavesItsSteps(i)
		path := filepath.Join(dir, strconv.Itoa(i))
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		began := s.Began()
		for _, fd := range []int{s.socket, s.theirs, s.wake} {
			unix.Close(fd)
		}
		var status unix.Statx_t
		if err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_BTIME, &status); err != nil {
			t.Fatal(err)
		}
		if status.Mask&unix.STATX_BTIME == 0 {
			continue
		}
		told = true
		born := time.Unix(status.Btime.Sec, int64(status.Btime.Nsec))
		if born.Before(began) {
			t.Fatalf("it was made %v before the command began", began.Sub(born))
		}
		if at, _ := s.inner.Load(i); born.Before(at.(time.Time)) {
			t.Fatalf("it was made %v before the command of an inner guard began", at.(time.Time).Sub(born))
		}
		if ahead := time.Until(began); ahead > 0 || ahead < -time.Hour {
			t.Fatalf("the command began %v from now", ahead)
		}
	}
	if !told {
		t.Skip("the file system of the tests does not say when a file was made")
	}
}
