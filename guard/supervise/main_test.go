//go:build linux && (amd64 || arm64)

package supervise_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blastguard/guard/supervise"
	"blastguard/internal/confine"
)

// TestMain lets the test binary be the launcher, confined if the environment
// says how.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == supervise.StageWord {
		runtime.LockOSThread()
		if way := os.Getenv("TEST_CONFINED"); way != "" && confine.Here(way) != nil {
			os.Exit(125)
		}
		os.Exit(supervise.Stage(os.Args[2:], os.Environ()))
	}
	os.Exit(m.Run())
}

// supervised is one supervised run of a test.
type supervised struct {
	t       *testing.T
	dir     string
	governs []string
	acts    supervise.Acts
	decide  func(*supervise.Supervisor, supervise.Exec) bool // nil: refuses
	judge   func(context.Context, *supervise.Supervisor, supervise.Exec) bool
	change  func(*exec.Cmd)

	deciding atomic.Bool
	mu       sync.Mutex
	asked    []supervise.Exec
	output   string
	code     int
	signal   syscall.Signal
	took     supervise.Summary
}

// newRun is a run that governs rm, in a directory with a file "protected".
func newRun(t *testing.T) *supervised {
	t.Helper()
	if err := supervise.Available(); err != nil {
		t.Skipf("nothing can be supervised here: %v", err)
	}
	r := &supervised{t: t, dir: t.TempDir(), governs: []string{"rm"}}
	r.write("protected", "precious")
	return r
}

func (r *supervised) write(name, content string) string {
	r.t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		r.t.Fatal(err)
	}
	return path
}

func (r *supervised) has(name string) bool {
	_, err := os.Lstat(filepath.Join(r.dir, name))
	return err == nil
}

func (r *supervised) isGoverned(name []byte) bool { return slices.Contains(r.governs, string(name)) }

// run supervises a command to its end.
func (r *supervised) run(argv ...string) {
	r.t.Helper()
	cmd, s := r.start(argv...)
	r.finish(cmd, s)
}

func (r *supervised) start(argv ...string) (*exec.Cmd, *supervise.Supervisor) {
	r.t.Helper()
	program, err := exec.LookPath(argv[0])
	if err != nil {
		r.t.Skipf("there is no %s here", argv[0])
	}
	var s *supervise.Supervisor
	s, err = supervise.New(supervise.Config{
		Governs: r.isGoverned, Acts: r.acts,
		Decide: func(ctx context.Context, e supervise.Exec) bool { return r.decided(ctx, s, e) },
		Ready:  func() error { return nil },
	})
	if err != nil {
		r.t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = s.Argv(program, "", argv)
	cmd.Dir = r.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if r.change != nil {
		r.change(cmd)
	}
	r.t.Cleanup(func() {
		if r.t.Failed() {
			r.t.Logf("output:\n%s", out.String())
		}
	})
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	go s.Serve(context.Background())
	return cmd, s
}

func (r *supervised) finish(cmd *exec.Cmd, s *supervise.Supervisor) {
	r.t.Helper()
	state, err := cmd.Process.Wait()
	if err != nil {
		r.t.Fatal(err)
	}
	r.took = s.Finish()
	_ = cmd.Wait()
	status := state.Sys().(syscall.WaitStatus)
	r.code = status.ExitStatus()
	if status.Signaled() {
		r.signal = status.Signal()
	}
	if out, ok := cmd.Stdout.(*bytes.Buffer); ok {
		r.output = out.String()
	}
}

func (r *supervised) decided(ctx context.Context, s *supervise.Supervisor, e supervise.Exec) bool {
	r.mu.Lock()
	r.asked = append(r.asked, e)
	r.mu.Unlock()
	r.deciding.Store(true)
	defer r.deciding.Store(false)
	if r.judge != nil {
		return r.judge(ctx, s, e)
	}
	return r.decide != nil && e.Unreadable == "" && r.decide(s, e)
}

// commands are the first forms of what was asked.
func (r *supervised) commands() []string {
	var all []string
	for _, e := range r.asked {
		if e.On != "" && e.Unreadable == "" {
			all = append(all, strings.ReplaceAll(strings.Join(e.Argv, " "), r.dir+"/", ""))
			continue
		}
		if len(e.Forms) == 0 {
			all = append(all, "? "+e.Unreadable)
			continue
		}
		all = append(all, strings.Join(e.Forms[0], " "))
	}
	return all
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in a minute: %s", what)
		}
	}
}
