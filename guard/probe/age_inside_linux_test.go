package probe

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestOnlyLocalFileSystemsAreAskedForBirths(t *testing.T) {
	for name, test := range map[string]struct {
		magic uint32
		want  bool
	}{
		"ext4": {unix.EXT4_SUPER_MAGIC, true}, "tmpfs": {unix.TMPFS_MAGIC, true}, "overlay": {unix.OVERLAYFS_SUPER_MAGIC, true},
		"nfs": {unix.NFS_SUPER_MAGIC, false}, "smb": {unix.SMB2_SUPER_MAGIC, false}, "fuse": {unix.FUSE_SUPER_MAGIC, false}, "unknown": {0, false},
	} {
		if got := local(test.magic); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestTooManyEntriesAreOlder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots, _, err := findRoots(t.Context(), []string{dir}, "/")
	if err != nil {
		t.Fatal(err)
	}
	look := ages{ctx: t.Context(), since: time.Unix(0, 0), most: 3}
	if err := look.below(roots[0]); err != nil || look.older == "" {
		t.Errorf("four entries, at most three: %q, %v", look.older, err)
	}
}
