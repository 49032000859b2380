package probe

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard/fileio"

	"golang.org/x/sys/unix"
)

func rootsOf(t *testing.T, paths ...string) []root {
	t.Helper()
	roots, _, err := findRoots(t.Context(), paths, "/")
	if err != nil {
		t.Fatal(err)
	}
	return roots
}

func TestBothWalkersCountTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	dir := t.TempDir()
	at := []string{dir}
	for i := range 500 {
		name := filepath.Join(at[random.IntN(len(at))], fmt.Sprint(i))
		if random.IntN(4) == 0 {
			if err := os.Mkdir(name, 0o755); err != nil {
				t.Fatal(err)
			}
			at = append(at, name)
			continue
		}
		if err := os.WriteFile(name, make([]byte, i), 0o644); err != nil {
			t.Fatal(err)
		}
		if random.IntN(4) == 0 {
			if err := os.Link(name, name+"-again"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, bytes := range []bool{false, true} {
		o := order{limit: math.MaxInt64, bytes: bytes}
		fast, slow := walk(t.Context(), rootsOf(t, dir), nil, o), walkPortably(t.Context(), rootsOf(t, dir), o)
		if fast.files != slow.files || fast.directories != slow.directories || fast.bytes != slow.bytes || fast.short != nil || slow.short != nil {
			t.Errorf("bytes %v: the Linux walker says %+v, the portable one %+v", bytes, fast, slow)
		}
	}
	o := order{limit: 10}
	if fast, slow := walk(t.Context(), rootsOf(t, dir), nil, o), walkPortably(t.Context(), rootsOf(t, dir), o); fast.short != errLimit || slow.short != errLimit {
		t.Errorf("past the limit: %v and %v", fast.short, slow.short)
	}
}

func TestAWalkLeavesNoDescriptorOpen(t *testing.T) {
	dir := t.TempDir()
	for i := range 40 {
		if err := os.MkdirAll(filepath.Join(dir, fmt.Sprint(i), strings.Repeat("d/", 60)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int64{0, 5, 500, math.MaxInt64} {
		before := descriptors(t)
		walk(t.Context(), rootsOf(t, dir), nil, order{limit: limit})
		if after := descriptors(t); after != before {
			t.Errorf("limit %d: %d descriptors before, %d after", limit, before, after)
		}
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	names, err := fileio.Names("/proc/self/fd", -1)
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

func TestWhatTheMountTableNamesIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "dead/in"), 0o755); err != nil {
		t.Fatal(err)
	}
	mounts := map[string]uint64{filepath.Join(dir, "dead"): math.MaxUint64}
	if got := walk(t.Context(), rootsOf(t, dir), mounts, order{limit: math.MaxInt64}); got.directories != 2 || got.short != nil {
		t.Errorf("got %+v, want the directory and the mount point, and nothing behind it", got)
	}
}

func TestAMovedBranchIsNotCountedAsIfItWereNot(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "was/below"), 0o755); err != nil {
		t.Fatal(err)
	}
	below, err := openDir(unix.AT_FDCWD, filepath.Join(dir, "was/below"))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(below)
	info, err := os.Lstat(filepath.Join(dir, "was"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "was/below"), filepath.Join(dir, "below")); err != nil {
		t.Fatal(err)
	}
	b := &branch{walker: &walker{}}
	above := level{fd: -1, id: fileOf(info), at: &trail{name: dir}}
	b.reopen(below, &above)
	if above.fd >= 0 || !b.halted.Load() || b.result().short == nil {
		t.Errorf("got %+v, %v; want the walk halted", above, b.result().short)
	}
}

func TestMountTableIsReadAsTheKernelWritesIt(t *testing.T) {
	table := `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
36 22 0:31 / /srv/data rw - tmpfs none rw
37 36 0:32 / /srv/data/a\040b\134c rw master:1 - tmpfs none rw
38 22 254:0 /x /srv/data/bind rw - ext4 /dev/vda rw
39 22 0:33 / /srv/database rw - tmpfs none rw
`
	in := inside{"/srv/data": true}
	got, err := parseMounts(strings.NewReader(table), in)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{`/srv/data/a b\c`: unix.Mkdev(0, 32), "/srv/data/bind": unix.Mkdev(254, 0)}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, broken := range []string{"36 22 0:31\n", "36 22 x:31 / /srv/data/a rw\n"} {
		if got, err := parseMounts(strings.NewReader(broken), in); err == nil {
			t.Errorf("%q: got %v, want an error: a mount could be missed", broken, got)
		}
	}
}
