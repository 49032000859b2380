package fileio

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("0123456789", 1000)
	for name, text := range map[string]string{"empty": "", "short": "a line\n", "first": long[:first], "long": long} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, limit := range []int{0, 1, 7, first, first + 1, len(long), 1 << 20} {
			got, err := Read(filepath.Join(dir, name), limit)
			if want := text[:min(limit, len(text))]; err != nil || string(got) != want {
				t.Errorf("%s up to %d: %d bytes, %v; want %d", name, limit, len(got), err, len(want))
			}
		}
	}
}

func TestReadOfWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe, link, dangling := filepath.Join(dir, "pipe"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	if err := errors.Join(unix.Mkfifo(pipe, 0o600), os.Symlink(pipe, link), os.Symlink("nowhere", dangling)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		dir: ErrNotRegular, pipe: ErrNotRegular, link: ErrNotRegular, "/dev/null": ErrNotRegular,
		dangling: os.ErrNotExist, dir + "/none": os.ErrNotExist, pipe + "/below": unix.ENOTDIR,
	} {
		if text, err := Read(path, 100); !errors.Is(err, want) || text != nil {
			t.Errorf("%s: %q, %v; want %v", path, text, err, want)
		}
	}
}

// A file of the kernel has no size before it is read.
func TestReadOfTheKernels(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("there is no /proc here")
	}
	got, err := Read("/proc/self/environ", 1<<20)
	want, errWant := os.ReadFile("/proc/self/environ")
	if err != nil || errWant != nil || string(got) != string(want) {
		t.Errorf("%d bytes, %v; want %d, %v", len(got), err, len(want), errWant)
	}
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	var want []string
	for i := range 700 { // more than one buffer
		name := fmt.Sprintf("a name that is not short %03d", i)
		want = append(want, name)
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Names(dir, -1)
	if slices.Sort(got); err != nil || !slices.Equal(got, want) {
		t.Errorf("%d names, %v; want %d", len(got), err, len(want))
	}
	for _, limit := range []int{0, 1, 500, 700, 10_000} {
		if got, err := Names(dir, limit); err != nil || len(got) != min(limit, len(want)) {
			t.Errorf("at most %d: %d names, %v", limit, len(got), err)
		}
	}
	for path, want := range map[string]error{dir + "/none": os.ErrNotExist, filepath.Join(dir, want[0]): unix.ENOTDIR} {
		if _, err := Names(path, -1); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}
