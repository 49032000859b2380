package probe_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// TestResolveAgreesWithTheKernel makes random worlds of directories and links,
// and compares with what open(2) opens.
func TestResolveAgreesWithTheKernel(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		dir := scratch(t)
		names := []string{"a", "b", "c", "a/a", "a/b", "b/a", "b/c", "a/a/c"}
		for _, name := range names {
			if random.IntN(2) == 0 {
				os.MkdirAll(filepath.Join(dir, name), 0o755)
			} else {
				os.Symlink(randomPath(random, 3), filepath.Join(dir, name)) // an error: the parent is not there
			}
		}
		for range 200 {
			path := randomPath(random, 6)
			compareWithKernel(t, dir, path)
		}
	}
}

func randomPath(random *rand.Rand, most int) string {
	parts := []string{"a", "b", "c", "..", ".", ""}
	path := parts[random.IntN(4)]
	for range random.IntN(most) {
		path += "/" + parts[random.IntN(len(parts))]
	}
	return path
}

func compareWithKernel(t *testing.T, dir, path string) {
	t.Helper()
	got := resolveOne(t, dir, path)
	fd, err := unix.Open(dir+"/"+path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		if info, statErr := os.Lstat(dir + "/" + path); statErr == nil && got["type"] != "symlink" {
			t.Errorf("%s: got %v, the kernel says %v and %v", path, got, err, info.Mode())
		}
		return
	}
	defer unix.Close(fd)
	want, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		t.Fatal(err)
	}
	if got["real"] != want {
		t.Errorf("%s: real is %v, the kernel opens %s", path, got["real"], want)
	}
}
