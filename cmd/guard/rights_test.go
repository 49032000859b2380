//go:build linux && (amd64 || arm64)

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// unprivileged is the home and the program of a user without rights.
func unprivileged(t *testing.T) (home, func(args ...string) (string, int)) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	h := playbookHome(t)
	const nobody = 65534
	dir, err := os.MkdirTemp("", "g")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	h.dir = dir
	h.write("config/guard/policies/precious.hcl", keepsPrecious)
	text, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	h.write("guard", string(text))
	h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
	for _, path := range []string{"", "guard", "config", "config/guard", "config/guard/guard.hcl", "config/guard/policies", "config/guard/policies/precious.hcl"} {
		if err := os.Chown(filepath.Join(dir, path), nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "guard"), 0o755); err != nil {
		t.Fatal(err)
	}
	return h, func(args ...string) (string, int) {
		cmd := h.command(args...)
		cmd.Path = filepath.Join(dir, "guard")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
}

func TestWithoutRightsAScriptThatNeedsSudoDoesNotStart(t *testing.T) {
	h, run := unprivileged(t)
	h.script("playbook.sh", ": > ran\nif true; then sudo -n true; fi")
	out, status := run("run", "./playbook.sh")
	if status != 77 || h.has("ran") || !strings.Contains(out, `sudo guard run --as "$USER" -- ./playbook.sh`) || !strings.Contains(out, "playbook.sh:3") {
		t.Errorf("status %d, ran %v\n%s", status, h.has("ran"), out)
	}
}

// What only speaks of sudo, or has another host run it, starts.
func TestWithoutRightsAScriptMaySpeakOfSudo(t *testing.T) {
	h, run := unprivileged(t)
	h.script("ssh", "exit 0")
	h.script("systemd-run", "exit 0")
	h.script("playbook.sh", `PATH=`+h.dir+`:$PATH
for host in db1 db2; do ssh $host sudo systemctl restart app; done
echo "now run: sudo systemctl restart app" # or sudo reboot
grep -q sudo /etc/group; user=sudoers; for x in a b; do echo "sudo $x"; done
cat <<EOF
sudo -i
EOF
grep -c su playbook.sh
systemd-run --user sudo true
log() { echo "$@" > /dev/null; }
log sudo is spoken of
run() { "$@"; }
need() {
  command -v \
    "$@" > /dev/null
}
need sudo || log no
run true
mount | grep -c /; mount -t proc > /dev/null
: > ran`)
	if out, status := run("run", "./playbook.sh"); status != 0 || !h.has("ran") {
		t.Errorf("status %d\n%s", status, out)
	}
	for _, text := range []string{"SUDO='sudo -n'\n$SUDO true", "f() { sudo true; }\nf", "(cd /; env A=b sudo -u root true)", "x=$(sudo cat /etc/shadow)", "echo y | su -c true", "sh -c 'doas true'",
		`[ "$(id -u)" = 0 ] || SUDO=sudo` + "\n$SUDO true", "cmd=(sudo -n)", `if true; then SUDO="/usr/bin/sudo -n"; fi`, "S=$(command -v sudo)", "${SUDO:-sudo} true",
		`eval "sudo rm $x"`, `alias rm="sudo rm"`, "for s in sudo doas; do $s true; done", "parallel sudo rm ::: a",
		"run() { echo \"+ $*\"; \"$@\"; }\nrun sudo -n true", "try() {\n  if ! $*; then exit 1; fi\n}\ntry /usr/bin/sudo -n true", "function x\n{\n\"$@\"\n}\nx sudo true"} {
		h.script("playbook.sh", ": > second\n"+text)
		if out, status := run("run", "./playbook.sh"); status != 77 || h.has("second") || !strings.Contains(out, "cannot change the user") {
			t.Errorf("%s: status %d\n%s", text, status, out)
		}
	}
}

// A makefile is looked through wherever make finds it.
func TestWithoutRightsAMakefileThatNeedsSudoIsNotBegun(t *testing.T) {
	h, run := unprivileged(t)
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("there is no make here")
	}
	recipe := "all:\n\t: > ran\n\t@-sudo -n true\n"
	h.write("sub/Makefile", recipe)
	h.write("sub/below/other.mk", recipe)
	h.write("fine/Makefile", "all:\n\t@: > ran; echo no sudo, for $@\n")
	for _, path := range []string{"sub", "sub/below", "fine"} {
		if err := os.Chmod(filepath.Join(h.dir, path), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"-C", "sub", "all"}, {"-Csub"}, {"--directory=sub"}, {"--directory", "sub"}, {"-C", "sub", "-C", "below", "-f", "other.mk"},
		{"-kC", "sub"}, {"-j4", "-C", "sub"}, {"-j", "4", "--dir=sub"}, {"all", "-C", "sub"}, {"X=1", "-sC", "sub"}, {"-Csub", "-I", "fine"},
		{"-fsub/Makefile"}, {"--file=sub/Makefile"}, {"--makefile", "sub/below/other.mk", "all"},
	} {
		out, status := run(append([]string{"run", "make"}, args...)...)
		if status != 77 || h.has("ran") || h.has("sub/ran") || !strings.Contains(out, "cannot change the user") || !strings.Contains(out, ":3") {
			t.Errorf("make %v: status %d\n%s", args, status, out)
		}
	}
	if out, status := run("run", "make", "-C", "fine"); status != 0 || !h.has("fine/ran") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func TestWithoutRightsSudoOnTheWayIsRefusedInGuardsWords(t *testing.T) {
	h, run := unprivileged(t)
	if _, err := exec.LookPath("sudo"); err != nil {
		t.Skip("there is no sudo here")
	}
	h.script("playbook.sh", ": > ran\nS=su; ${S}do -n true; : > after")
	out, status := run("run", "./playbook.sh")
	if status != 77 || h.has("after") || !strings.Contains(out, "cannot change the user") || strings.Contains(out, "no new privileges") {
		t.Errorf("status %d, ran %v, after %v\n%s", status, h.has("ran"), h.has("after"), out)
	}
}

func TestWithoutRightsStepsAreSeenToo(t *testing.T) {
	h, run := unprivileged(t)
	h.script("playbook.sh", "PATH=/root/nowhere:$PATH\n/bin/true\nrm -r precious\n: > after")
	h.write("precious/a", "x")
	if out, status := run("run", "./playbook.sh"); status != 77 || !h.has("precious") || h.has("after") || !strings.Contains(out, "it is precious") {
		t.Errorf("status %d, precious %v\n%s", status, h.has("precious"), out)
	}
}

// A process that forbids to be read is refused with that reason.
func TestWithoutRightsWhatCannotBeReadIsRefused(t *testing.T) {
	h, run := unprivileged(t)
	if _, err := exec.LookPath("/usr/bin/perl"); err != nil || runtime.GOARCH != "amd64" {
		t.Skip("needs perl on amd64, to call prctl(PR_SET_DUMPABLE, 0)")
	}
	h.script("playbook.sh", `/usr/bin/perl -e 'syscall(157, 4, 0, 0, 0, 0); exec "/bin/true"'
: > after`)
	out, status := run("run", "./playbook.sh")
	if status != 77 || h.has("after") || !strings.Contains(out, "is not allowed to read the memory") {
		t.Errorf("status %d, after %v\n%s", status, h.has("after"), out)
	}
}
