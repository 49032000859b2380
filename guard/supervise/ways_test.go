//go:build linux && (amd64 || arm64)

package supervise_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every way to execute a program is seen with the words that it really gets, and
// refused before it runs.
func TestEveryWayToExecuteIsSeen(t *testing.T) {
	for _, test := range []struct {
		name, script, want string
	}{
		{"a step of a script", `rm -rf protected`, "rm -rf protected"},
		{"a variable that was expanded", `X='pro tected'; Y=protected; rm "$X" $Y`, "rm pro tected protected"},
		{"by its path", `/bin/rm protected`, "/bin/rm protected"},
		{"exec", `exec rm protected`, "rm protected"},
		{"in a subshell", `(rm protected)`, "rm protected"},
		{"in the background", `rm protected & wait`, "rm protected"},
		{"a pipeline", `echo protected | xargs rm`, "rm protected"},
		{"xargs -P4", `printf '%s\n' protected | xargs -P4 -n1 rm`, "rm protected"},
		{"find -exec", `find . -name protected -exec rm {} ';'`, "rm ./protected"},
		{"find -exec +", `find . -name protected -exec rm {} +`, "rm ./protected"},
		{"env -i", `env -i /bin/rm protected`, "/bin/rm protected"},
		{"setsid", `setsid -w rm protected`, "rm protected"},
		{"nohup", `nohup rm protected </dev/null`, "rm protected"},
		{"timeout", `timeout 60 rm protected`, "rm protected"},
		{"nested shells", `sh -c "sh -c 'rm protected'"`, "rm protected"},
		{"another name in argv[0]", `bash -c 'exec -a harmless /bin/rm protected'`, "/bin/rm protected"},
		{"a link by another name", `ln -s /bin/rm tidy; ./tidy protected`, "/usr/bin/rm protected"},
		{"the loader", `for l in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do if [ -e $l ]; then exec $l /bin/rm protected; fi; done`, "/bin/rm protected"},
		{"busybox", `busybox rm protected`, "busybox rm protected"},
		{"a script whose interpreter is governed", `printf '#!/bin/rm -f\n' > s; chmod +x s; ./s protected`, "/bin/rm -f ./s protected"},
		{"a chain of interpreters", `printf '#!/bin/rm\n' > a; printf '#!%s/a\n' "$PWD" > b; chmod +x a b; ./b protected`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			if test.name == "busybox" {
				if _, err := exec.LookPath("busybox"); err != nil {
					t.Skip("there is no busybox here")
				}
			}
			r.run("sh", r.write("step.sh", "#!/bin/sh\n"+test.script+"\n"))
			if !r.has("protected") {
				t.Error("the protected file is gone")
			}
			got := r.commands()
			found := slices.ContainsFunc(got, func(line string) bool {
				return test.want == "" && strings.HasPrefix(line, "/bin/rm") || line == test.want || strings.HasSuffix(line, " "+test.want)
			})
			if !found {
				t.Errorf("asked %q, want %q among them", got, test.want)
			}
			if r.took.Refused == 0 {
				t.Error("nothing was refused")
			}
		})
	}
}

// The same ways run as without guard when they are allowed.
func TestWhatIsAllowedRunsOnce(t *testing.T) {
	for _, script := range []string{
		`rm protected`, `find . -name protected -exec rm {} ';'`, `echo protected | xargs -P4 rm`, `exec rm protected`,
		`/bin/rm protected`, `setsid -w rm protected`,
	} {
		t.Run(script, func(t *testing.T) {
			r := newRun(t)
			r.decide = always
			r.run("sh", "-ec", script)
			if r.has("protected") || r.code != 0 {
				t.Errorf("protected is there: %v; status %d", r.has("protected"), r.code)
			}
			if len(r.asked) != 1 {
				t.Errorf("asked %d times: %q", len(r.asked), r.commands())
			}
		})
	}
}

// What was looked at before is looked at again when it is another file, other
// content, or behind another link.
func TestAProgramThatChangedIsLookedAtAgain(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"another link", `ln -s /bin/true tool; "$PWD/tool"; "$PWD/tool"; ln -sf /bin/rm tool; "$PWD/tool" protected`},
		{"another file", `cp /bin/true tool; "$PWD/tool"; printf '#!/bin/rm\n' > other; chmod +x other; mv other tool; "$PWD/tool" protected`},
		{"other content", `cp /bin/true tool; "$PWD/tool"; printf '#!/bin/rm\n' > tool; "$PWD/tool" protected`},
		{"another directory of that name", `mkdir a b; cp /bin/true a/tool; printf '#!/bin/rm\n' > b/tool; chmod +x b/tool; ln -s a d; "$PWD/d/tool"; ln -sfn b d; "$PWD/d/tool" protected`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.run("sh", r.write("step.sh", test.script))
			if !r.has("protected") || len(r.asked) != 1 || r.took.Refused != 1 {
				t.Errorf("protected is there: %v; asked %q", r.has("protected"), r.commands())
			}
		})
	}
}

// A refused program fails with EPERM, which shells report as 126, and what
// follows it does run: stopping is another decision.
func TestARefusedProgramFailsWithEPERM(t *testing.T) {
	r := newRun(t)
	r.run("sh", "-c", `rm protected; echo "status $?"; true`)
	if !strings.Contains(r.output, "not permitted") || !strings.Contains(r.output, "status 126") {
		t.Errorf("output %q", r.output)
	}
	if r.took.Ungoverned != 0 {
		t.Errorf("%d ungoverned programs, want 0", r.took.Ungoverned)
	}
}

// What nothing governs is counted, and costs no question.
func TestWhatNothingGovernsPasses(t *testing.T) {
	r := newRun(t)
	r.run("sh", "-c", `for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done; nothing-of-that-name; exit 3`)
	if r.code != 3 || len(r.asked) != 0 || r.took.Ungoverned != 10 {
		t.Errorf("status %d, asked %d, ungoverned %d", r.code, len(r.asked), r.took.Ungoverned)
	}
}

func TestAPlaceIsTheWayDown(t *testing.T) {
	r := newRun(t)
	r.run(r.write("playbook-with-a-long-name.sh", "#!/bin/sh\necho protected | xargs rm\n"))
	if len(r.asked) != 1 || strings.Join(r.asked[0].Place, " → ") != "playbook-with-a-long-name.sh → xargs → rm" {
		t.Errorf("asked %+v", r.asked)
	}
}

func TestTheDirectoryAndTheEnvironmentAreThoseOfTheStep(t *testing.T) {
	r := newRun(t)
	r.run("sh", "-c", `mkdir d && cd d && STEP='a b' rm x`)
	if len(r.asked) != 1 {
		t.Fatalf("asked %d", len(r.asked))
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(r.dir, "d"))
	if e := r.asked[0]; err != nil || e.Dir != dir || !slices.Contains(e.Env, "STEP=a b") || e.UID != os.Geteuid() {
		t.Errorf("dir %s uid %d env %q", e.Dir, e.UID, e.Env)
	}
}

func TestArgumentsOfEveryKindAreReadWhole(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, test := range []struct {
		name, script string
		words        int
		want         string
	}{
		{"invalid UTF-8", `rm "$(printf 'a\377b')"`, 2, "a\xffb"},
		{"an empty word", `rm ""`, 2, ""},
		{"a word of 100,000 bytes", `rm ` + long, 2, long},
		{"100,000 words", `rm $(seq 99999)`, 100_000, "99999"},
		{"a megabyte", `rm $(seq 1000000 1130000)`, 130_002, "1130000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.run("sh", r.write("step.sh", test.script))
			if len(r.asked) != 1 {
				t.Fatalf("asked %d", len(r.asked))
			}
			argv := r.asked[0].Argv
			if len(argv) != test.words || argv[len(argv)-1] != test.want {
				t.Errorf("%d words, want %d; unreadable %q", len(argv), test.words, r.asked[0].Unreadable)
			}
		})
	}
}
