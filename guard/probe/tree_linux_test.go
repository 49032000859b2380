package probe_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"blastguard/guard"
	"blastguard/guard/probe"
)

const privateWorld = "PROBE_TEST_PRIVATE"

// privately runs the test again in a mount namespace of its own, and returns
// true there. It skips where that may not be had.
func privately(t *testing.T) bool {
	t.Helper()
	if os.Getenv(privateWorld) != "" {
		return true
	}
	if err := exec.Command("unshare", "-rm", "true").Run(); err != nil {
		t.Skipf("no private mount namespace here: unshare -rm: %v", err)
	}
	cmd := exec.Command("unshare", "-rm", os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), privateWorld+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "no tests to run") {
		t.Errorf("in a private namespace: %v\n%s", err, out)
	}
	return false
}

func mount(t *testing.T, source, target, kind string, flags uintptr) {
	t.Helper()
	if err := unix.Mount(source, target, kind, flags, ""); err != nil {
		t.Fatalf("mount %s on %s: %v", source, target, err)
	}
	t.Cleanup(func() { unix.Unmount(target, unix.MNT_DETACH) })
}

func TestTreeReportsMountsInside(t *testing.T) {
	if !privately(t) {
		return
	}
	dir := scratch(t)
	build(t, dir, "root/disk/under", "root/bind", "root/with space", "root/x = 1", "elsewhere/y = 1", "rootless")
	mount(t, "none", dir+"/root/disk", "tmpfs", 0)
	mount(t, "none", dir+"/rootless", "tmpfs", 0)
	mount(t, dir+"/elsewhere", dir+"/root/bind", "", unix.MS_BIND)
	mount(t, "none", dir+"/root/with space", "tmpfs", 0)
	build(t, dir, "root/disk/many", "root/disk/f = 1")

	got := treeOf(t, dir, paths("root"))
	want := []any{dir + "/root/bind", dir + "/root/disk", dir + "/root/with space"}
	if !reflect.DeepEqual(got["mounts"], want) {
		t.Errorf("mounts: got %v, want %v", got["mounts"], want)
	}
	if got["devices"] != int64(3) {
		t.Errorf("devices: got %v, want 3", got["devices"])
	}
	if entries := found(t, dir, "root"); got["entries"] != entries || entries != 6 {
		t.Errorf("entries: got %v, find -xdev has %d, want 6: the other devices' content does not count", got["entries"], entries)
	}
	t.Run("a mount point given beside the directory above it counts its own content", func(t *testing.T) {
		got := treeOf(t, dir, paths("root", "root/disk"))
		if got["entries"] != int64(6+2) {
			t.Errorf("got %v, want 8", got["entries"])
		}
	})
	t.Run("the mount itself is not inside itself", func(t *testing.T) {
		got := treeOf(t, dir, paths("root/disk"))
		if !reflect.DeepEqual(got["mounts"], []any{}) || got["entries"] != int64(3) || got["devices"] != int64(1) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("one directory seen twice through a bind mount counts once", func(t *testing.T) {
		if got := treeOf(t, dir, paths("elsewhere", "root/bind")); got["entries"] != int64(2) {
			t.Errorf("got %v, want 2", got["entries"])
		}
	})
}

// holding starts a shell that has something in use, and waits until it has.
func holding(t *testing.T, script string) int {
	t.Helper()
	cmd := exec.Command("sh", "-c", script+"; echo ready; read never")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%s: %q, %v", script, line, err)
	}
	return cmd.Process.Pid
}

func TestTreeReportsProcessesWithSomethingOpenInside(t *testing.T) {
	cases := []struct{ name, script, path string }{
		{"a file", "exec 3<DIR/a/file", "a/file"},
		{"a file that is being written", "exec 3>>DIR/a/b/log", "a/b/log"},
		{"the working directory", "cd DIR/a/b", "a/b"},
		{"the directory itself", "cd DIR/a", "a"},
		{"a name that ends like a deleted one", `exec 3<"DIR/a/x (deleted)"`, "a/x (deleted)"},
		{"nothing but a deleted file", "exec 3>DIR/a/gone; rm DIR/a/gone", ""},
		{"nothing but a deleted file whose name was taken again", "exec 3>DIR/a/gone; rm DIR/a/gone; : >DIR/a/gone", ""},
		{"a deleted file, beside another that is called like it", `exec 3>DIR/a/gone; rm DIR/a/gone; : >"DIR/a/gone (deleted)"`, ""},
		{"a directory beside, with the same beginning", "cd DIR/ab", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := scratch(t)
			build(t, dir, "a/b", "ab", "a/file = 1", "a/x (deleted) = 1")
			pid := holding(t, strings.ReplaceAll(c.script, "DIR", dir))
			got := treeOf(t, dir, paths("a"))["open"]
			want := []any{}
			if c.path != "" {
				want = []any{map[string]any{"pid": int64(pid), "name": "sh", "path": filepath.Join(dir, c.path)}}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestTreeReportsAProgramThatRunsFromInside(t *testing.T) {
	dir := scratch(t)
	sleep, err := os.ReadFile("/bin/sleep")
	if err != nil {
		t.Skipf("no program to copy: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "daemon"), sleep, 0o755); err != nil {
		t.Fatal(err)
	}
	pid := holding(t, fmt.Sprintf("%s/daemon 1000 </dev/null >/dev/null 2>&1 & echo $! >%s/pid", dir, dir))
	t.Cleanup(func() { exec.Command("sh", "-c", "kill $(cat "+dir+"/pid)").Run() })
	running(t, filepath.Join(dir, "pid"), filepath.Join(dir, "daemon"))
	list := treeOf(t, dir, paths("daemon"))["open"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["path"] != dir+"/daemon" || list[0].(map[string]any)["pid"] == int64(pid) {
		t.Errorf("got %v, want the daemon", list)
	}
}

// running waits until the process whose number is in a file has become a program.
func running(t *testing.T, numberIn, program string) {
	t.Helper()
	number, err := os.ReadFile(numberIn)
	if err != nil {
		t.Fatal(err)
	}
	exe := fmt.Sprintf("/proc/%s/exe", strings.TrimSpace(string(number)))
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		is, err := os.Readlink(exe)
		if is == program {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s is %q, %v", exe, is, err)
		}
	}
}

// TestTreeLeavesOutTheShellAbove runs the probe in a child whose parent stands
// inside, as a person's shell may.
func TestTreeLeavesOutTheShellAbove(t *testing.T) {
	if dir := os.Getenv("PROBE_TEST_INSIDE"); dir != "" {
		fact := one(t, probe.Config{Dir: "/"}, "tree", paths(dir))
		fmt.Println("open:", fact.Value.(map[string]any)["open"], "evidence:", fact.Evidence)
		return
	}
	dir := scratch(t)
	cmd := exec.Command("sh", "-c", `cd "$PROBE_TEST_INSIDE" && (cd / && "$0" -test.run "$1" -test.v); true`, os.Args[0], "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "PROBE_TEST_INSIDE="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "open: []") || !strings.Contains(string(out), "the shell this was typed in") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTreeOfASystemDirectoryEndsInTime(t *testing.T) {
	ask := guard.Ask{Key: "k", Kind: "tree", Args: map[string]any{"paths": []any{"/proc/self"}, "limit": int64(100_000)}}
	fact := probe.New(probe.Config{}).Measure(t.Context(), []guard.Ask{ask})["k"]
	if !fact.Known && fact.Reason == "" {
		t.Errorf("got %+v", fact)
	}
}
