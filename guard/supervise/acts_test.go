//go:build linux && (amd64 || arm64)

package supervise_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard/supervise"
)

// What a script empties by itself is seen with the file that it really is, and
// refused before anything is lost.
func TestEveryWayToEmptyAFileIsSeen(t *testing.T) {
	for _, test := range []struct{ name, shell, script string }{
		{"a redirection", "sh", `echo x > protected`},
		{"of nothing", "sh", `> protected`},
		{"of the null command", "sh", `: > protected`},
		{"of a program's output", "sh", `/bin/true > protected`},
		{"of a variable", "sh", `F=protected; echo x > "$F"`},
		{"of exec", "bash", `exec > protected`},
		{"of both outputs", "bash", `echo x &> protected`},
		{"with noclobber overcome", "bash", `set -o noclobber; echo x >| protected`},
		{"through a link", "sh", `ln -s protected link; echo x > link`},
		{"through a link to a link", "sh", `ln -s "$PWD/protected" a; mkdir d; ln -s ../a d/b; cd d; echo x > b`},
		{"in a subshell, elsewhere", "sh", `mkdir d; (cd d && echo x > ../protected)`},
		{"through a descriptor's name", "bash", `exec 7>>protected; echo x > /dev/fd/7`},
		{"through the name of its own output", "bash", `exec >>protected; echo x > /dev/stdout`},
		{"through /proc", "bash", `exec 8>>protected; echo x > /proc/self/fd/8`},
		{"through /proc, of its thread", "bash", `exec 8>>protected; echo x > /proc/thread-self/fd/8`},
		{"through /proc, by its number", "bash", `exec 8>>protected; echo x > /proc/$$/fd/8`},
		{"of another process, through /proc", "bash", `exec 8>>protected; sleep 9 & exec 8>&-; echo x > /proc/$!/fd/8; kill $!`},
		{"through a link to its own output", "bash", `exec >>protected; ln -s /dev/stdout log; echo x > log`},
		{"through links to a descriptor", "bash", `exec 8>>protected; ln -s /dev/fd/8 a; mkdir d; ln -s ../a d/b; echo x > d/b`},
		{"zsh", "zsh", `echo x >! protected`},
		{"fish", "fish", `echo x > protected`},
		{"dash", "dash", `printf x > protected`},
		{"busybox", "busybox sh", `echo x > protected`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.acts = supervise.Acts{Truncate: true}
			argv := append(strings.Fields(test.shell), r.write("script", test.script))
			if test.shell == "zsh" {
				argv = append([]string{"zsh", "-f"}, argv[1:]...)
			}
			r.run(argv...)
			if text := r.read("protected"); text != "precious" {
				t.Errorf("protected holds %q", text)
			}
			if got := r.commands(); !slices.Contains(got, "truncate --size=0 -- protected") {
				t.Errorf("asked %q", got)
			}
			if r.took.Refused == 0 {
				t.Error("nothing was refused")
			}
		})
	}
}

// Where /proc would show guard its own descriptors, it is not guessed whose are
// meant.
func TestSpellingsOfADescriptorAreNotGuessed(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"through /dev as its directory", `exec 7>>protected; cd /dev; echo x > fd/7`},
		{"through other spellings of a descriptor", `exec 7>>protected; echo x > /dev/./fd/7`},
		{"through doubled slashes", `exec 6>>protected; echo x > //dev//fd/6`},
		{"through a spelling of /proc", `exec 3>>protected; echo x > /proc/self/./fd/3`},
		{"through a link to /dev/fd", `exec 4>>protected; ln -s /dev/fd d; echo x > d/4`},
		{"through a link to /dev/fd, by a high number", `exec 99>>protected; ln -s /dev/fd d; echo x > d/99`},
		{"through a link to a high number", `exec 99>>protected; ln -s /proc/self/./fd/99 d; echo x > d`},
		{"through the directory of its descriptors", `exec 8>>protected; cd /proc/self/fd; echo x > 8`},
		{"through its task", `exec 8>>protected; echo x > /proc/self/task/$$/fd/8`},
		{"through a link to its task", `exec 8>>protected; ln -s /proc/self/task/$$ d; echo x > d/fd/8`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.acts = supervise.Acts{Truncate: true}
			r.run("bash", r.write("script", test.script))
			if text := r.read("protected"); text != "precious" {
				t.Errorf("protected holds %q", text)
			}
			if r.took.Refused == 0 {
				t.Errorf("nothing was refused; asked %q", r.commands())
			}
		})
	}
}

func (r *supervised) read(name string) string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// What loses nothing is not asked about, nor what other programs do.
func TestWhatEmptiesNothingIsNotAsked(t *testing.T) {
	r := newRun(t)
	r.acts = supervise.Acts{Truncate: true}
	r.run("bash", "-ec", `
		echo new > fresh; : > empty; : > empty; echo x > empty
		echo x > /dev/null 2>&1; echo x >> protected; echo x >&2; : > /dev/stderr
		ln -s /dev/stderr log; : > log; ln -s log log2; : > log2; : > /proc/thread-self/fd/2; : > /proc/$$/fd/2
		mkfifo pipe; cat pipe > /dev/null & echo x > pipe; wait
		echo x | tee protected.copy > /dev/null; cp protected.copy copied; cp protected copied
		! : > missing/file; ! : > m/file; ! : > m/n/file; ! : > /proc/sys/missing; ! : > fresh/file
		mkdir deep; : > deep/fresh; ln -s nowhere dangling; echo x > dangling; ln -s deep/new to; echo x > to
		awk 'BEGIN { print "x" > "copied" }'`)
	if r.code != 0 || len(r.asked) != 0 {
		t.Errorf("status %d, asked %q", r.code, r.commands())
	}
}

func TestWhatIsAllowedIsEmptied(t *testing.T) {
	r := newRun(t)
	r.acts, r.decide = supervise.Acts{Truncate: true}, always
	r.run("sh", "-ec", `echo new > protected`)
	if text := r.read("protected"); text != "new\n" || len(r.asked) != 1 {
		t.Errorf("protected holds %q, asked %q", text, r.commands())
	}
	e := r.asked[0]
	if e.On != supervise.OnTruncate || strings.Join(e.Place, " → ") != "sh → > protected" || e.UID != os.Geteuid() {
		t.Errorf("%+v", e)
	}
}

// Without being wanted it costs nothing, and is not asked.
func TestActsThatNobodyWantsAreNotSeen(t *testing.T) {
	r := newRun(t)
	other := r.other()
	r.run("sh", "-ec", fmt.Sprintf(`echo new > protected; kill -9 %d`, other.Process.Pid))
	if text := r.read("protected"); text != "new\n" || len(r.asked) != 0 || r.code != 0 {
		t.Errorf("protected holds %q, asked %q", text, r.commands())
	}
}

// other is a process outside of the run.
func (r *supervised) other() *exec.Cmd {
	r.t.Helper()
	cmd := exec.Command("sleep", "3600")
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd
}

func alive(cmd *exec.Cmd) bool {
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid))
	return err == nil && !strings.Contains(string(state), ") Z")
}

func TestEveryWayToSignalIsSeen(t *testing.T) {
	for _, test := range []struct{ name, shell, script, want string }{
		{"a number", "bash", `kill -9 %d`, "kill --signal=KILL -- %d"},
		{"a name", "sh", `kill -s TERM %d`, "kill --signal=TERM -- %d"},
		{"no signal named", "zsh", `kill %d`, "kill --signal=TERM -- %d"},
		{"a variable", "dash", `P=%d; kill -HUP "$P"`, "kill --signal=HUP -- %d"},
		{"in busybox", "busybox sh", `kill -INT %d`, "kill --signal=INT -- %d"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.acts = supervise.Acts{Signal: true}
			other := r.other()
			pid := other.Process.Pid
			argv := strings.Fields(test.shell)
			if test.shell == "zsh" {
				argv = append(argv, "-f")
			}
			r.run(append(argv, r.write("script", fmt.Sprintf(test.script, pid)))...)
			if got, want := r.commands(), fmt.Sprintf(test.want, pid); !slices.Equal(got, []string{want}) {
				t.Errorf("asked %q, want %q", got, want)
			}
			if !alive(other) {
				t.Error("it was signalled")
			}
		})
	}
}

// A script's own jobs and groups are its own; so is looking whether a process is
// there.
func TestWhatARunSignalsOfItsOwnIsNotAsked(t *testing.T) {
	r := newRun(t)
	r.acts = supervise.Acts{Signal: true}
	other := r.other()
	r.run("bash", "-c", fmt.Sprintf(`
		sleep 3600 & kill $!; wait $!
		set -m; sleep 3600 | sleep 3600 & kill %%1; wait; set +m
		setsid sleep 3600 & sleep 0.2; pkill -P $$ || true
		kill -0 %d && kill -CONT %d && trap ': ' USR1 && kill -USR1 $$ && echo fine`, other.Process.Pid, other.Process.Pid))
	if len(r.asked) != 0 || !strings.Contains(r.output, "fine") {
		t.Errorf("asked %q; output %q", r.commands(), r.output)
	}
}

// It is done by a user who has no other process, so that nothing is lost should
// it not be seen.
func TestSignallingAllProcessesIsSeen(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to be a user without processes")
	}
	r := newRun(t)
	r.acts = supervise.Acts{Signal: true}
	r.run("setpriv", "--reuid=64999", "--regid=64999", "--clear-groups", "/bin/sh", "-c", `kill -TERM -1; echo "status $?"`)
	if got := r.commands(); !slices.Equal(got, []string{"kill --signal=TERM -- -1"}) || !strings.Contains(r.output, "not permitted") {
		t.Errorf("asked %q, output %q", got, r.output)
	}
}

// In a namespace of its own a process goes by another number; what is in a
// namespace that the run made belongs to it.
func TestNumbersOfAnotherNamespaceAreItsOwn(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make a namespace of processes")
	}
	r := newRun(t)
	r.acts = supervise.Acts{Signal: true}
	r.run("unshare", "--pid", "--fork", "sh", "-c", `sleep 3600 & kill $! && kill -TERM -1; wait; echo fine`)
	if len(r.asked) != 0 || !strings.Contains(r.output, "fine") {
		t.Errorf("asked %q; output %q", r.commands(), r.output)
	}
}

// In another root the file is the one that the process means.
func TestAFileInAnotherRootIsTheOneThere(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to change the root")
	}
	r := newRun(t)
	r.acts = supervise.Acts{Truncate: true}
	prepare := exec.Command("bash", "-ec", `cp --parents -L /bin/dash $(ldd /bin/dash | grep -o '/[^ ]*') root`)
	prepare.Dir = r.dir
	if err := os.MkdirAll(filepath.Join(r.dir, "root/etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := prepare.CombinedOutput(); err != nil {
		t.Skipf("no shell for another root: %v: %s", err, out)
	}
	r.run("bash", "-ec", `
		echo inside > root/etc/file; ln -s /etc/file root/link; mkdir root/w; ln -s /etc root/w/dir
		! chroot root /bin/dash -c 'echo x > /link'
		! chroot root /bin/dash -c 'cd /w; echo x > ../link'
		! chroot root /bin/dash -c 'cd /w; echo x > dir/file'
		! chroot root /bin/dash -c 'cd /; echo x > ../../etc/file'
		chroot root /bin/dash -c 'cd /w; echo x > fresh'`)
	if text := r.read("root/etc/file"); text != "inside\n" {
		t.Errorf("the file holds %q; asked %q; output %q", text, r.commands(), r.output)
	}
	if got := r.commands(); !slices.Contains(got, "truncate --size=0 -- root/etc/file") {
		t.Errorf("asked %q", got)
	}
}
