//go:build linux && (amd64 || arm64)

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard/supervise"
)

// Real package managers: what dpkg and apt remove on the way is asked about, nobody is
// there to answer, and the package is installed to its end all the same.

const asksForEachRm = "policy \"each\" {\n  applies_to = [command.rm]\n  confirm { type = \"${host.name} each\" }\n}\n" + keepsOnePrecious

const keepsOnePrecious = "policy \"precious\" {\n  applies_to = [command.rm]\n  rule \"keep\" {\n    condition     = length([for p in arg.paths : p if basename(p) == \"precious\"]) == 0\n    error_message = \"it is precious\"\n  }\n}\n"

// toolsFor skips the test where one is missing.
func toolsFor(t *testing.T, names ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root installs packages into a root of its own")
	}
	if err := supervise.Available(); err != nil {
		t.Skipf("nothing can be supervised here: %v", err)
	}
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
}

// debian builds a package whose scripts remove what policies ask about, and
// something that they refuse.
func (h home) debian(version string) (file string) {
	h.t.Helper()
	tree := "deb-" + version
	h.write(tree+"/DEBIAN/control", "Package: halfway\nVersion: "+version+"\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: a test\n")
	h.write(tree+"/usr/share/halfway/data", version)
	for _, script := range []string{"preinst", "postinst", "prerm", "postrm"} {
		h.write(tree+"/DEBIAN/"+script, "#!/bin/sh\nset -e\ncd \"${DPKG_ROOT:-/}\"\nmkdir -p srv/halfway\nrm -rf srv/halfway\ntest ! -e srv/halfway\nmkdir -p srv/precious\nrm -rf srv/precious || true\ntest -e srv/precious\n")
		if err := os.Chmod(filepath.Join(h.dir, tree, "DEBIAN", script), 0o755); err != nil {
			h.t.Fatal(err)
		}
	}
	file = filepath.Join(h.dir, "halfway_"+version+"_all.deb")
	if out, err := exec.Command("dpkg-deb", "--build", "--root-owner-group", filepath.Join(h.dir, tree), file).CombinedOutput(); err != nil {
		h.t.Fatalf("dpkg-deb: %v\n%s", err, out)
	}
	return file
}

// withoutTerminal runs a command and returns what it wrote and its status.
func withoutTerminal(t *testing.T, cmd *exec.Cmd) (string, int) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.CombinedOutput()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// wholly fails the test when something was stopped, or nothing was recorded.
func wholly(t *testing.T, out string, status int, guard func(args ...string) *exec.Cmd) {
	t.Helper()
	recorded := 0
	for id := 2; id < 30; id++ {
		if text, err := guard("history", "show", fmt.Sprint(id)).Output(); err == nil && strings.Contains(string(text), "(transaction)") {
			recorded++
		}
	}
	if status != 0 || strings.Contains(out, "the playbook is stopped here") {
		t.Errorf("status %d\n%s", status, out)
	}
	for _, want := range []string{"is not stopped: it goes on without this step", "it is precious"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if recorded < 4 {
		t.Errorf("%d steps are recorded as those of a transaction:\n%s", recorded, out)
	}
}

func TestDpkgIsNotStoppedHalfWay(t *testing.T) {
	toolsFor(t, "dpkg", "dpkg-deb")
	h := newHome(t)
	h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
	h.write("config/guard/policies/each.hcl", asksForEachRm)
	h.write("target/var/lib/dpkg/status", "")
	for _, dir := range []string{"target/var/lib/dpkg/info", "target/var/lib/dpkg/updates", "target/var/lib/dpkg/triggers"} {
		if err := os.MkdirAll(filepath.Join(h.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dpkg := "dpkg --root=" + h.dir + "/target --force-script-chrootless --log=/dev/null "
	h.script("install.sh", "set -e\n"+dpkg+"-i "+h.debian("1")+"\n"+dpkg+"-i "+h.debian("2")+"\n"+dpkg+"--purge halfway\necho the script went on")
	out, status := withoutTerminal(t, h.command("./install.sh"))
	wholly(t, out, status, h.command)
	if !strings.Contains(out, "the script went on") || h.has("target/usr/share/halfway") {
		t.Errorf("it was not installed, upgraded and purged:\n%s", out)
	}
	h.verify()
}

func TestAptIsNotStoppedHalfWay(t *testing.T) {
	toolsFor(t, "debootstrap", "dpkg-deb", "unshare", "chroot")
	if testing.Short() {
		t.Skip("it installs a whole system")
	}
	h := newHome(t)
	root := filepath.Join(h.dir, "system")
	if out, err := exec.Command("unshare", "-m", "debootstrap", "--variant=minbase", "stable", root).CombinedOutput(); err != nil {
		t.Skipf("debootstrap: %v (no archive to be had?): %s", err, out[max(0, len(out)-400):])
	}
	guard, err := exec.LookPath("guard")
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, guard, root+"/usr/local/bin/guard")
	copyFile(t, h.debian("1"), root+"/halfway_1_all.deb")
	copyFile(t, h.debian("2"), root+"/halfway_2_all.deb")
	h.write("system/root/.config/guard/guard.hcl", "unmatched = \"allow\"\n")
	h.write("system/root/.config/guard/policies/each.hcl", keepsOnePrecious) // the shipped ones ask
	h.script("system/install.sh", "set -e\nexport DEBIAN_FRONTEND=noninteractive\n"+
		"apt-get install -y /halfway_1_all.deb\napt-get install -y /halfway_2_all.deb\napt-get purge -y halfway\necho the script went on")
	inside := func(args ...string) *exec.Cmd {
		line := []string{"-m", "sh", "-c", `mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"`, root}
		cmd := exec.Command("unshare", append(line, args...)...)
		cmd.Env = []string{"HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=dumb", "LC_ALL=C.UTF-8"}
		return cmd
	}
	out, status := withoutTerminal(t, inside("/usr/local/bin/guard", "/install.sh"))
	wholly(t, out, status, func(args ...string) *exec.Cmd { return inside(append([]string{"/usr/local/bin/guard"}, args...)...) })
	if !strings.Contains(out, "the script went on") || h.has("system/usr/share/halfway") {
		t.Errorf("it was not installed, upgraded and purged:\n%s", out)
	}
	if out, err := inside("dpkg", "--audit").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("packages are left half-way: %v\n%s", err, out)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	source, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(target, source); err != nil {
		t.Fatal(err)
	}
	if err := target.Close(); err != nil {
		t.Fatal(err)
	}
}
