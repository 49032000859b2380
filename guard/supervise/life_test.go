//go:build linux && (amd64 || arm64)

package supervise_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blastguard/guard/supervise"

	"golang.org/x/sys/unix"
)

func always(*supervise.Supervisor, supervise.Exec) bool { return true }

// A program that is not run by a shell: static, without a C library.
const goProgram = `package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	switch os.Args[1] {
	case "storm": // execute something while a signal arrives again and again
		signal.Notify(make(chan os.Signal, 1))
		runtime.LockOSThread()
		number, _ := strconv.Atoi(os.Args[2])
		go storm(syscall.Gettid(), syscall.Signal(number))
		_, _, errno := syscall.Syscall(syscall.SYS_EXECVE, text(os.Args[3]), words(os.Args[3:]), environment())
		fmt.Println(errno)
		os.Exit(9)
	case "repeat": // execute what cannot be, with these words in turn
		for _, word := range os.Args[3:] {
			syscall.Syscall(syscall.SYS_EXECVE, text(os.Args[2]), words([]string{os.Args[2], word}), environment())
		}
	case "run": // clone with CLONE_VFORK, as posix_spawn does
		fmt.Println(exec.Command("/bin/rm", os.Args[2:]...).Run())
	case "null": // no argv at all
		path, _ := syscall.BytePtrFromString("/bin/rm")
		_, _, errno := syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(path)), 0, 0)
		fmt.Println(errno)
	case "call": // the roll call of an inner guard, without words
		path, _ := syscall.BytePtrFromString("/proc/is/a/guard/around")
		_, _, errno := syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(path)), 0, 0)
		fmt.Println(errno)
	case "bad": // pointers that lead nowhere
		_, _, errno := syscall.RawSyscall(syscall.SYS_EXECVE, 1, 1, 1)
		fmt.Println(errno)
	case "fexecve":
		fd, _ := syscall.Open("/bin/rm", 0x200000, 0) // O_PATH
		at(uintptr(fd), "", 0x1000, os.Args[2:])
	case "execveat":
		fd, _ := syscall.Open("/bin", syscall.O_RDONLY, 0)
		at(uintptr(fd), "rm", 0, os.Args[2:])
	case "memfd":
		name, _ := syscall.BytePtrFromString("rm")
		fd, _, _ := syscall.RawSyscall(319, uintptr(unsafe.Pointer(name)), 0, 0)
		content, _ := os.ReadFile("/bin/rm")
		syscall.Write(int(fd), content)
		at(fd, "", 0x1000, os.Args[2:])
	case "thread": // from another thread than the first
		done := make(chan bool)
		go func() { exec.Command("/bin/rm", os.Args[2:]...).Run(); close(done) }()
		<-done
	}
}

func storm(tid int, number syscall.Signal) {
	for i := 1; ; i++ {
		syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(syscall.Getpid()), uintptr(tid), uintptr(number))
		time.Sleep(time.Duration(1+i%7) * time.Millisecond)
	}
}

// Words lie where they lay for the same words before, as in a loop of a C program.
var known = map[string][]*byte{}

func text(s string) uintptr {
	words([]string{s})
	return uintptr(unsafe.Pointer(known[fmt.Sprint([]string{s})][0]))
}

func words(list []string) uintptr {
	key := fmt.Sprint(list)
	if known[key] == nil {
		known[key], _ = syscall.SlicePtrFromStrings(list)
	}
	return uintptr(unsafe.Pointer(&known[key][0]))
}

func environment() uintptr { return words(os.Environ()) }

func at(fd uintptr, name string, flags uintptr, args []string) {
	path, _ := syscall.BytePtrFromString(name)
	argv, _ := syscall.SlicePtrFromStrings(append([]string{"other"}, args...))
	_, _, errno := syscall.RawSyscall6(322, fd, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&argv[0])), 0, flags, 0)
	fmt.Println(errno)
}
`

var builtOnce = sync.OnceValues(func() ([]byte, error) { return compile(goProgram) })

// compile builds a static program.
func compile(text string, environment ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "prober")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(text), 0o644); err != nil {
		return nil, err
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "program"), filepath.Join(dir, "main.go"))
	build.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="), environment...)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(filepath.Join(dir, "program"))
}

func (r *supervised) prober() string {
	r.t.Helper()
	program, err := builtOnce()
	if err != nil {
		r.t.Skipf("the Go program cannot be built: %v", err)
	}
	return r.write("prober", string(program))
}

func TestAStaticProgramIsSeen(t *testing.T) {
	for _, test := range []struct{ name, way, want string }{
		{"a child made as posix_spawn does", "run", "/bin/rm protected"},
		{"from a thread", "thread", "/bin/rm protected"},
		{"fexecve", "fexecve", "/usr/bin/rm protected"},
		{"execveat below a directory", "execveat", "rm protected"},
		{"a program that is only in memory", "memfd", "rm protected"},
		{"no argv at all", "null", "/bin/rm"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.run(r.prober(), test.way, "protected")
			if len(r.asked) != 1 || len(r.asked[0].Forms) == 0 || !strings.HasSuffix(strings.Join(r.asked[0].Forms[0], " "), test.want) {
				t.Errorf("asked %q, want %q", r.commands(), test.want)
			}
			if !r.has("protected") || r.took.Refused != 1 {
				t.Errorf("protected is there: %v, refused %d", r.has("protected"), r.took.Refused)
			}
		})
	}
}

func TestBadPointersAreTheKernelsToRefuse(t *testing.T) {
	r := newRun(t)
	r.run(r.prober(), "bad")
	if !strings.Contains(r.output, "bad address") || len(r.asked) != 0 {
		t.Errorf("output %q, asked %d", r.output, len(r.asked))
	}
}

// An inner guard whose words cannot be read is not told that its policies are the
// same.
func TestARollCallThatCannotBeReadIsAnsweredAsByOtherPolicies(t *testing.T) {
	r := newRun(t)
	r.run(r.prober(), "call")
	if want := syscall.EDOM.Error(); !strings.Contains(r.output, want) {
		t.Errorf("output %q, want %q", r.output, want)
	}
}

func TestManyAtOnceAreEachAskedOnce(t *testing.T) {
	r := newRun(t)
	r.decide = func(*supervise.Supervisor, supervise.Exec) bool { time.Sleep(20 * time.Millisecond); return true }
	r.run("sh", "-c", `for i in $(seq 32); do : > f$i; rm f$i & done; wait; /bin/true`)
	if len(r.asked) != 32 || r.has("f1") || r.has("f32") || r.took.Ungoverned != 2 {
		t.Errorf("asked %d, ungoverned %d", len(r.asked), r.took.Ungoverned)
	}
}

func TestAProcessKilledWhileItWaitsEndsItsQuestion(t *testing.T) {
	r := newRun(t)
	var ended atomic.Bool
	waiting := make(chan int, 1)
	r.decide = func(_ *supervise.Supervisor, e supervise.Exec) bool {
		waiting <- e.PID
		return true
	}
	go func() { _ = unix.Kill(<-waiting, unix.SIGTERM); ended.Store(true) }()
	r.decide = func(_ *supervise.Supervisor, e supervise.Exec) bool {
		waiting <- e.PID
		waitFor(t, "the process ends", func() bool { return unix.Kill(e.PID, 0) != nil })
		return true
	}
	r.run("sh", "-c", `rm protected & wait $!; echo "status $?"`)
	if !strings.Contains(r.output, "status 143") || !r.has("protected") || !ended.Load() {
		t.Errorf("output %q", r.output)
	}
}

func TestStopEndsTheWholeTree(t *testing.T) {
	r := newRun(t)
	r.decide = func(s *supervise.Supervisor, _ supervise.Exec) bool {
		s.Stop(unix.SIGTERM, time.Second)
		return false
	}
	r.run("sh", "-c", `setsid sleep 300 & (trap "" TERM; exec sleep 300) < /dev/null & sleep 0.2; rm protected; : > afterwards`)
	if r.has("afterwards") || !r.has("protected") || r.signal != syscall.SIGTERM || !r.took.Stopped {
		t.Errorf("afterwards %v protected %v signal %v", r.has("afterwards"), r.has("protected"), r.signal)
	}
}

// A script that ignores SIGTERM is ended after the grace.
func TestStopDoesNotWaitForWhatIgnoresIt(t *testing.T) {
	r := newRun(t)
	r.decide = func(s *supervise.Supervisor, _ supervise.Exec) bool {
		s.Stop(unix.SIGTERM, time.Second)
		return false
	}
	r.run("sh", "-c", `trap "" TERM; rm protected; while :; do :; done`)
	if !r.has("protected") || r.signal != syscall.SIGKILL {
		t.Errorf("protected %v signal %v", r.has("protected"), r.signal)
	}
}

// A daemon that outlives the supervisor executes as it did before.
func TestADaemonOutlivesTheSupervisor(t *testing.T) {
	r := newRun(t)
	r.run("sh", "-c", `setsid sh -c 'while [ ! -e go ]; do sleep 0.01; done; i=0; while [ $i -lt 200 ]; do /bin/true || exit 1; i=$((i+1)); done; /bin/echo done > result' > /dev/null 2>&1 &`)
	if len(r.took.Background) == 0 {
		t.Errorf("no process is said to live on")
	}
	r.write("go", "")
	waitFor(t, "the daemon ends", func() bool {
		text, _ := os.ReadFile(filepath.Join(r.dir, "result"))
		return string(text) == "done\n"
	})
}

func TestOrphansAreReaped(t *testing.T) {
	r := newRun(t)
	r.run("sh", "-c", `for i in 1 2 3 4 5; do (sh -c '/bin/true & echo $!' &) ; done; sleep 0.5`)
	for _, word := range strings.Fields(r.output) {
		pid, err := strconv.Atoi(word)
		if err != nil {
			continue
		}
		waitFor(t, "no zombie "+word, func() bool {
			line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			return err != nil || !bytes.Contains(line, []byte(") Z"))
		})
	}
}

func TestWhatCannotBeExecutedSaysWhy(t *testing.T) {
	r := newRun(t)
	path := r.write("noexec", "neither program nor script")
	r.run(path)
	if r.took.Errno != int(unix.ENOEXEC) {
		t.Errorf("errno %d, want ENOEXEC", r.took.Errno)
	}
}

func TestALauncherThatMayNotGoStartsNothing(t *testing.T) {
	r := newRun(t)
	s, err := supervise.New(supervise.Config{
		Governs: r.isGoverned, Decide: nil, Ready: func() error { return fmt.Errorf("the file changed") },
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = s.Argv("/bin/rm", "", []string{"rm", filepath.Join(r.dir, "protected")})
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	served := make(chan bool)
	go func() { s.Serve(t.Context()); close(served) }()
	<-served
	summary := make(chan supervise.Summary, 1)
	go func() { summary <- s.Finish() }()
	_ = cmd.Wait()
	if got := <-summary; got.Problem != "the file changed" || !r.has("protected") {
		t.Errorf("problem %q", got.Problem)
	}
}

func TestOneCPU(t *testing.T) {
	r := newRun(t)
	r.change = func(cmd *exec.Cmd) { cmd.Env = append(os.Environ(), "GOMAXPROCS=1") }
	r.decide = always
	r.run("sh", "-c", fmt.Sprintf("taskset -cp 0 $$ > /dev/null; %s run protected; /bin/true", r.prober()))
	if r.has("protected") || r.code != 0 {
		t.Errorf("status %d", r.code)
	}
}
