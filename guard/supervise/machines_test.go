//go:build linux && amd64

package supervise_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// A program for the 32-bit machine, whose pointers take four bytes.
const smallProgram = `package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"unsafe"
)

func main() {
	path, _ := syscall.BytePtrFromString("/bin/rm")
	argv, _ := syscall.SlicePtrFromStrings(os.Args[2:])
	var errno syscall.Errno
	switch os.Args[1] {
	case "execve":
		_, _, errno = syscall.Syscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&argv[0])), 0)
	case "execveat":
		dir, _ := syscall.Open("/bin", syscall.O_RDONLY, 0)
		name, _ := syscall.BytePtrFromString("rm")
		_, _, errno = syscall.Syscall6(358, uintptr(dir), uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&argv[0])), 0, 0, 0)
	case "child":
		fmt.Println(exec.Command("/bin/rm", os.Args[3:]...).Run())
		return
	case "none":
		fmt.Println("runs")
		return
	}
	fmt.Println(errno)
}
`

var builtSmall = sync.OnceValues(func() ([]byte, error) { return compile(smallProgram, "GOARCH=386") })

// small is that program; the test is skipped where the kernel does not run it.
func (r *supervised) small() string {
	r.t.Helper()
	program, err := builtSmall()
	if err != nil {
		r.t.Fatalf("build a 32-bit program: %v", err)
	}
	path := r.write("small", string(program))
	if out, err := exec.Command(path, "none").CombinedOutput(); err != nil || string(out) != "runs\n" {
		r.t.Skipf("this kernel runs no 32-bit programs: %v", err)
	}
	return path
}

func TestA32BitProgramIsSeen(t *testing.T) {
	words := []string{"rm", "-r", "pro tected", "protected"}
	for _, test := range []struct{ way, want string }{
		{"execve", "rm -r pro tected protected"},
		{"execveat", "rm -r pro tected protected"},
		{"child", "/bin/rm -r pro tected protected"},
	} {
		t.Run(test.way, func(t *testing.T) {
			r := newRun(t)
			r.run(append([]string{r.small(), test.way}, words...)...)
			if len(r.asked) != 1 || strings.Join(r.asked[0].Argv, " ") != test.want || r.asked[0].Unreadable != "" {
				t.Errorf("asked %+v", r.asked)
			}
			if !r.has("protected") || r.took.Refused != 1 || !strings.Contains(r.output, "not permitted") {
				t.Errorf("protected %v, refused %d, output %q", r.has("protected"), r.took.Refused, r.output)
			}
		})
	}
}

func TestA32BitProgramThatIsAllowedRuns(t *testing.T) {
	r := newRun(t)
	r.decide = always
	r.run(r.small(), "execve", "rm", "protected")
	if len(r.asked) != 1 || r.has("protected") || r.code != 0 {
		t.Errorf("asked %d, protected %v, status %d", len(r.asked), r.has("protected"), r.code)
	}
}

func TestThe32BitEnvironmentIsRead(t *testing.T) {
	r := newRun(t)
	r.run("env", "STEP=a b", r.small(), "child", "rm", "protected")
	if len(r.asked) != 1 || !slices.Contains(r.asked[0].Env, "STEP=a b") {
		t.Errorf("asked %+v", r.asked)
	}
}

// The third machine of this processor has the numbers of its own calls marked by
// a bit.
func TestTheX32CallsAreSeen(t *testing.T) {
	const execve = 520 | 0x40000000
	if _, _, errno := unix.RawSyscall(39|0x40000000, 0, 0, 0); errors.Is(errno, unix.ENOSYS) {
		t.Skip("this kernel has no x32")
	}
	r := newRun(t)
	program, err := compile(fmt.Sprintf(x32Program, execve))
	if err != nil {
		t.Skipf("the program cannot be built: %v", err)
	}
	r.run(r.write("x32", string(program)))
	if len(r.asked) != 1 || !r.has("protected") || strings.Join(r.asked[0].Argv, " ") != "rm protected" {
		t.Errorf("asked %+v", r.asked)
	}
}

// x32Program lays its words out with pointers of four bytes, below 4 GiB.
const x32Program = `package main

import (
	"fmt"
	"syscall"
	"unsafe"
)

func main() {
	const size, low, fixed = 4096, 0x10000000, syscall.MAP_PRIVATE | syscall.MAP_ANON | syscall.MAP_FIXED
	at, _, _ := syscall.RawSyscall6(syscall.SYS_MMAP, low, size, 3, fixed, ^uintptr(0), 0)
	page := (*[size]byte)(unsafe.Pointer(at))
	copy(page[0:], "/bin/rm\x00")
	copy(page[64:], "rm\x00")
	copy(page[128:], "protected\x00")
	argv := (*[3]uint32)(unsafe.Pointer(&page[256]))
	argv[0], argv[1] = low+64, low+128
	_, _, errno := syscall.Syscall(%d, low, low+256, 0)
	fmt.Println(errno)
}
`

// The other machine that is supported is compiled, at least.
func TestItCompilesForTheOtherMachine(t *testing.T) {
	vet := exec.Command("go", "vet", ".")
	vet.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
