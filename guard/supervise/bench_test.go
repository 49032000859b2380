//go:build linux && (amd64 || arm64)

package supervise

import (
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The first look at an exec that nothing governs, without the kernel's part of
// the notification.
func BenchmarkGlance(b *testing.B) {
	b.ReportAllocs()
	fp, n := exampleFastPath()
	for b.Loop() {
		if fp.classify(n) != pass {
			b.Fatal("something governs it")
		}
	}
}

func TestAFirstLookAllocatesNothing(t *testing.T) {
	fp, n := exampleFastPath()
	if allocs := testing.AllocsPerRun(100, func() { fp.classify(n) }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// exampleFastPath looks at this very process, as if it were about to execute
// /bin/true.
func exampleFastPath() (*fastPath, *notification) {
	names := map[string]struct{}{"rm": {}, "dd": {}}
	fp := &fastPath{privileged: true, governs: func(name []byte) bool { _, found := names[string(name)]; return found }}
	path, word := []byte("/bin/true\x00"), []byte("true\x00")
	argv := &[2]uintptr{uintptr(unsafe.Pointer(&word[0])), 0}
	n := &notification{tid: uint32(os.Getpid()), number: unix.SYS_EXECVE}
	n.args[0], n.args[1] = uint64(uintptr(unsafe.Pointer(&path[0]))), uint64(uintptr(unsafe.Pointer(argv)))
	keep = append(keep, path, word)
	keepWords = argv
	return fp, n
}

var (
	keep      [][]byte
	keepWords *[2]uintptr
)
