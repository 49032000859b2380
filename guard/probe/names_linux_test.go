package probe

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A table as the kernel writes it: /home is a directory of /, and is mounted in a
// second place too; so are proc and a directory of sysfs.
const twice = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw
23 27 0:22 / /sys rw,relatime - sysfs sysfs rw
30 27 254:0 /home /srv/a\040root/home rw,relatime shared:1 master:2 - ext4 /dev/vda rw
31 27 0:21 / /srv/root/proc rw,relatime - proc proc rw
32 27 0:22 /power /srv/root/switch rw,relatime - sysfs sysfs rw
33 27 0:40 / /sys/fs/cgroup rw - cgroup2 cgroup rw
`

func table(t *testing.T) *mountTable {
	t.Helper()
	mounts, err := parseTable(strings.NewReader(twice))
	if err != nil || len(mounts) != 7 {
		t.Fatalf("%d mounts, %v", len(mounts), err)
	}
	return &mountTable{mounts: mounts}
}

func TestTheKernelsNameOfAFile(t *testing.T) {
	for name, want := range map[string]string{
		"/proc/sysrq-trigger":           "/proc/sysrq-trigger",
		"/srv/root/proc/sysrq-trigger":  "/proc/sysrq-trigger",
		"/srv/root/switch/state":        "/sys/power/state",
		"/sys/power/state":              "/sys/power/state",
		"/sys/fs/cgroup/a/cgroup.kill":  "/sys/fs/cgroup/a/cgroup.kill",
		"/home/maria/proc/notes":        "",
		"/procedures":                   "",
		"/srv/a root/home/sys/new.file": "",
	} {
		if got := table(t).kernel(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestWhatIsMountedBelow(t *testing.T) {
	info, err := os.Stat("/")
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		"/srv":             "/home,/proc,/sys/power",
		"/srv/a root":      "/home",
		"/srv/root":        "/proc,/sys/power",
		"/srv/a root/home": "",
		"/srv/a":           "",
		"/var":             "",
	} {
		if got := strings.Join(table(t).holds(place{path: dir, info: info}), ","); got != want {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
	}
}

func TestATornTableIsAnError(t *testing.T) {
	for _, text := range []string{"27 1 254:0 / /\n", "27 1 254:0 / / rw,relatime ext4 /dev/vda rw\n"} {
		if _, err := parseTable(strings.NewReader(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

// TestNamesOfADirectoryThatIsMountedTwice runs itself where it may mount.
func TestNamesOfADirectoryThatIsMountedTwice(t *testing.T) {
	if os.Getenv("TEST_MOUNTS") == "" {
		inPrivate(t)
		return
	}
	dir := t.TempDir()
	for _, name := range []string{"real/in", "chroot/home", "chroot/dev"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	real, bound := filepath.Join(dir, "real"), filepath.Join(dir, "chroot/home")
	if err := unix.Mount(real, bound, "", unix.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Unmount(bound, unix.MNT_DETACH) })
	at := func(name string) map[string]any {
		value, _, err := resolver{dir: dir}.answer(context.Background(), map[string]any{"paths": []any{name}})
		if err != nil {
			t.Fatal(err)
		}
		return value.([]any)[0].(map[string]any)
	}
	has := func(list any, name string) bool { return slices.Contains(list.([]any), any(name)) }
	if !has(at("chroot/home")["names"], real) || !has(at("real")["names"], bound) {
		t.Errorf("the directory that is mounted twice: %v, %v", at("chroot/home"), at("real"))
	}
	if !has(at("chroot/home/in")["names"], real+"/in") || !has(at("chroot/home/new")["names"], real+"/new") {
		t.Errorf("what is in it: %v, %v", at("chroot/home/in"), at("chroot/home/new"))
	}
	if !has(at("chroot")["holds"], real) || len(at("chroot")["names"].([]any)) > 0 {
		t.Errorf("the directory above: %v", at("chroot"))
	}
	if err := unix.Mknod(filepath.Join(dir, "chroot/dev/disk0"), unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3))); err != nil {
		t.Fatal(err)
	}
	if got := at("chroot/dev/disk0"); got["char"] != "/dev/null" || got["rdev"] != "1:3" || got["type"] != "char" || got["disk"] != nil {
		t.Errorf("a node of /dev/null elsewhere: %v", got)
	}
	// What a mount hides is not another name.
	if err := unix.Mount("tmpfs", real, "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Unmount(real, unix.MNT_DETACH) })
	if got := at("chroot/home"); has(got["names"], real) {
		t.Errorf("what is hidden: %v", got)
	}
}

// inPrivate runs the test again in mounts of its own.
func inPrivate(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to mount")
	}
	again := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), "TEST_MOUNTS=1")
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS}
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A block device is found by its number, and the disk has the kernel's name.
func TestADiskByItsNumber(t *testing.T) {
	disks, err := filepath.Glob("/sys/class/block/*/dev")
	if err != nil || len(disks) == 0 {
		t.Skip("this machine has no disk")
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make a node")
	}
	text, err := os.ReadFile(disks[0])
	if err != nil {
		t.Fatal(err)
	}
	number, err := parseDevice(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	node := filepath.Join(t.TempDir(), "disk0")
	if err := unix.Mknod(node, unix.S_IFBLK|0o600, int(number)); err != nil {
		t.Skipf("no node may be made here: %v", err)
	}
	link := node + ".link"
	if err := os.Symlink(node, link); err != nil {
		t.Fatal(err)
	}
	want := "/dev/" + filepath.Base(filepath.Dir(disks[0]))
	for _, name := range []string{node, link} {
		got := resolvedObject(name, name, readMounts())
		if got["disk"] != strings.ReplaceAll(want, "!", "/") || got["char"] != nil {
			t.Errorf("%s: %v, want disk %s", name, got, want)
		}
	}
}

func BenchmarkResolveOfOnePath(b *testing.B) {
	r := resolver{dir: "/"}
	for b.Loop() {
		if _, _, err := r.answer(context.Background(), map[string]any{"paths": []any{"/etc/fstab"}}); err != nil {
			b.Fatal(err)
		}
	}
}
