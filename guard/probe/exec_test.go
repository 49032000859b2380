package probe_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe"
)

func sh(script, decode string) map[string]any {
	return map[string]any{"argv": []any{"sh", "-c", script}, "decode": decode}
}

func TestExecDecodesWhatAProgramPrints(t *testing.T) {
	cases := []struct {
		name, script, decode string
		want                 any
	}{
		{"an object", `echo '{"pools":{"index":{"losing":3,"share":0.5,"ok":true,"none":null}}}'`, "json",
			map[string]any{"pools": map[string]any{"index": map[string]any{"losing": int64(3), "share": 0.5, "ok": true, "none": nil}}}},
		{"an empty list is a list", `echo '[]'`, "json", []any{}},
		{"a table", `printf 'name,count\na,1\n"b,c",2\n'`, "csv", []any{
			map[string]any{"name": "a", "count": "1"}, map[string]any{"name": "b,c", "count": "2"}}},
		{"a table without rows", `echo name,count`, "csv", []any{}},
		{"lines", `printf 'a\n\nb'`, "lines", []any{"a", "", "b"}},
		{"lines of a foreign system", `printf 'a\r\nb\r\n'`, "lines", []any{"a", "b"}},
		{"a number", `echo ' 42 '`, "number", int64(42)},
		{"a negative fraction", `echo -0.5`, "number", -0.5},
		{"the largest whole number", `echo 9223372036854775807`, "number", int64(9223372036854775807)},
		{"nothing wanted but success", `true`, "none", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := known(t, probe.Config{}, "exec", sh(c.script, c.decode)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %#v, want %#v", got, c.want)
			}
		})
	}
}

func TestExecRefusesWhatItCannotRead(t *testing.T) {
	cases := []struct{ name, script, decode, want string }{
		{"nothing", `true`, "json", "empty never means"},
		{"nothing but space", `printf '\n \n'`, "lines", "empty never means"},
		{"broken JSON", `echo '{"a":'`, "json", "no JSON"},
		{"words after JSON", `echo '{} done'`, "json", "after the value"},
		{"two JSON values", `echo '1 2'`, "json", "after the value"},
		{"a name twice", `echo '{"a":1,"a":300}'`, "json", "twice"},
		{"JSON nested without end", `head -c 100000 /dev/zero | tr '\0' '['`, "json", "deep"},
		{"a number of 41 digits", `echo 11111111112222222222333333333344444444441`, "json", "40 digits"},
		{"a number too large to be exact", `echo 9223372036854775809`, "json", "exact"},
		{"an endless exponent", `echo 1e999999999`, "json", "out of range"},
		{"a text for a number", `echo '"3"'`, "number", "no number"},
		{"a number with a unit", `echo '3 GB'`, "number", "no number"},
		{"invalid UTF-8", `printf '"\377"'`, "json", "UTF-8"},
		{"a ragged table", `printf 'a,b\n1\n'`, "csv", "no CSV"},
		{"two columns of one name", `printf 'a,a\n1,2\n'`, "csv", "two columns"},
		{"a column without a name", `printf 'a,\n1,2\n'`, "csv", "no name"},
		{"10,001 lines", `yes | head -10001`, "lines", "at most 10000"},
		{"10,001 rows", `yes | head -10002`, "csv", "10000"},
		{"10,001 elements", `echo "[$(yes 1, | head -10000 | tr -d '\n')1]"`, "json", "10000 elements"},
		{"a decoder that does not exist", `true`, "yaml", "decode"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { unknown(t, probe.Config{}, "exec", sh(c.script, c.decode), c.want) })
	}
}

func TestExecRefusesAProgramThatFails(t *testing.T) {
	cases := []struct{ name, script, want string }{
		{"with its first line of stderr", `echo '{}'; echo 'no such pool' >&2; echo more >&2; exit 3`, "exit status 3: no such pool"},
		{"escaped", `printf '\033[2Jgone\n' >&2; exit 1`, `\x1b[2Jgone`},
		{"without a word", `exit 2`, "exit status 2, without a word"},
		{"by a signal", `kill -9 $$`, "killed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { unknown(t, probe.Config{}, "exec", sh(c.script, "json"), c.want) })
	}
	t.Run("although nothing is decoded", func(t *testing.T) {
		unknown(t, probe.Config{}, "exec", sh(`exit 1`, "none"), "exit status 1")
	})
}

func TestExecRefusesArgvThatIsNoList(t *testing.T) {
	cases := []struct {
		name string
		argv any
		want string
	}{
		{"a shell's text", "echo 1", "list"},
		{"nothing", []any{}, "empty"},
		{"a number in it", []any{"echo", int64(1)}, "element 1"},
		{"null in it", []any{"echo", nil}, "element 1"},
		{"a NUL byte in it", []any{"echo", "a\x00b"}, "NUL"},
		{"no program", []any{"", "x"}, "no program"},
		{"a relative path", []any{"./tool"}, "absolute"},
		{"a program that is not there", []any{"no-such-program-here"}, "not found"},
		{"an absolute path that is not there", []any{"/no/such/program"}, "not found"},
		{"a file that is no program", []any{"/etc/passwd"}, "permission denied"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			unknown(t, probe.Config{}, "exec", map[string]any{"argv": c.argv, "decode": "json"}, c.want)
		})
	}
}

func TestExecRunsInAFixedWorld(t *testing.T) {
	config := probe.Config{Dir: t.TempDir(), Env: []string{
		"PATH=/evil", "LC_ALL=de_DE.UTF-8", "LANG=de_DE", "LD_PRELOAD=/evil.so", "BASH_ENV=/evil", "IFS=x", "SECRET=1",
		"HOME=/home/maria", "KUBECONFIG=/k", "AWS_PROFILE=prod", "PGHOST=db1",
	}}
	got := known(t, config, "exec", map[string]any{"argv": []any{"env"}, "decode": "lines"})
	want := []any{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/home/maria", "KUBECONFIG=/k", "AWS_PROFILE=prod", "PGHOST=db1"}
	var filtered []any
	for _, line := range got.([]any) {
		if !strings.HasPrefix(line.(string), "PWD=") {
			filtered = append(filtered, line)
		}
	}
	if !reflect.DeepEqual(filtered, want) {
		t.Errorf("environment\ngot  %v\nwant %v", filtered, want)
	}
	if got := known(t, config, "exec", sh("pwd -P; cat", "lines")); !reflect.DeepEqual(got, []any{"/"}) {
		t.Errorf("directory and stdin: got %v, want / and nothing", got)
	}
}

func TestExecPassesArgumentsAsTheyAre(t *testing.T) {
	words := []any{"$HOME", "a b", "*", "; rm -rf /", "--", "'"}
	argv := append([]any{"printf", `%s\n`}, words...)
	if got := known(t, probe.Config{}, "exec", map[string]any{"argv": argv, "decode": "lines"}); !reflect.DeepEqual(got, words) {
		t.Errorf("got %v", got)
	}
}

func TestExecStopsAFlood(t *testing.T) {
	for _, script := range []string{"yes", "trap '' PIPE; yes; yes; sleep 1000", "yes & wait"} {
		unknown(t, probe.Config{}, "exec", sh(script, "lines"), "more than 1 MiB")
	}
	got := known(t, probe.Config{}, "exec", sh("yes | head -c 1000000 >&2; echo 1", "number"))
	if got != int64(1) {
		t.Errorf("a flood on stderr: got %v", got)
	}
}

// measureFor asks exec with a short deadline.
func measureFor(t *testing.T, limit time.Duration, args map[string]any) guard.Fact {
	t.Helper()
	ask := guard.Ask{Key: "k", Kind: "exec", Args: args, Timeout: limit}
	return probe.New(probe.Config{}).Measure(t.Context(), []guard.Ask{ask})["k"]
}

func TestExecKillsAProgramAndItsChildrenAtTheDeadline(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	script := fmt.Sprintf(`trap '' TERM INT; sleep 1000 & sh -c 'trap "" TERM; echo $$ >> %s; sleep 1000; true' & echo $! $$ >> %s; wait`, pids, pids)
	var written []byte
	// On a busy machine the deadline may come before all of them have started.
	for limit := 400 * time.Millisecond; strings.Count(string(written), "\n") < 2 && limit < time.Minute; limit *= 2 {
		fact := measureFor(t, limit, sh(script, "json"))
		if fact.Known || fact.Reason != "no answer in "+limit.String() {
			t.Fatalf("got %+v", fact)
		}
		written, _ = os.ReadFile(pids)
	}
	if strings.Count(string(written), "\n") < 2 {
		t.Fatalf("the programs did not start: %q", written)
	}
	for _, field := range strings.Fields(string(written)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		waitGone(t, pid)
	}
}

// waitGone waits until a killed process has no life left; it may stay a zombie
// until its new parent looks.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	for range 500 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	syscall.Kill(pid, syscall.SIGKILL)
	t.Errorf("process %d outlived the deadline", pid)
}

func TestExecDoesNotWaitForAGrandchildThatHoldsTheOutput(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	fact := measureFor(t, time.Minute, sh(fmt.Sprintf(`echo '{}'; sleep 1000 & echo $! > %s`, pids), "json"))
	if fact.Known || !strings.Contains(fact.Reason, "still holds its output") {
		t.Errorf("got %+v, want unknown: more could have come", fact)
	}
	written, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(written)))
	if err != nil {
		t.Fatal(err)
	}
	waitGone(t, pid)
}

func TestExecNamesWhatItRan(t *testing.T) {
	fact := one(t, probe.Config{}, "exec", map[string]any{"argv": []any{"echo", "a b"}, "decode": "lines"})
	if len(fact.Evidence) != 1 || !strings.Contains(fact.Evidence[0], "echo 'a b'") {
		t.Errorf("evidence %q", fact.Evidence)
	}
}

func TestExecGetsTheVariablesThatThePolicyNames(t *testing.T) {
	config := probe.Config{Env: []string{"GH_TOKEN=ghs-4711", "MINE_A=first", "MINE_B=second", "OTHER=x", "LD_DEBUG=help", "EMPTY="}}
	args := sh(`echo "$GH_TOKEN $MINE_A $MINE_B ${OTHER-none} ${LD_DEBUG-none} ${EMPTY-none}"`, "text")
	args["env"] = []any{"GH_TOKEN", "MINE_*", "EMPTY", "NOT_SET"}
	fact := one(t, config, "exec", args)
	if want := "ghs-4711 first second none none \n"; !fact.Known || strings.TrimSpace(fact.Value.(string)) != strings.TrimSpace(want) {
		t.Errorf("got %+v", fact)
	}
	if want := []string{"ghs-4711", "first", "second"}; !reflect.DeepEqual(fact.Secrets, want) {
		t.Errorf("secrets %q, want %q", fact.Secrets, want)
	}

	// Neither how it failed nor what was run shows it.
	args["argv"] = []any{"sh", "-c", `echo "401: ghs-4711 is wrong" >&2; exit 1`}
	if fact := one(t, config, "exec", args); fact.Known || strings.Contains(fmt.Sprintf("%+v", fact.Reason), "4711") || !strings.Contains(fact.Reason, "is wrong") {
		t.Errorf("got %+v", fact)
	}
	args["argv"] = []any{"echo", "ghs-4711"}
	if fact := one(t, config, "exec", args); !fact.Known || strings.Contains(fmt.Sprint(fact.Evidence), "4711") {
		t.Errorf("got %+v", fact)
	}

	for _, name := range []string{"LD_PRELOAD", "LD_*", "L*", "*", "", "BASH_ENV", "PATH", "PYTHON*", "PYTHONPATH", "A=b", "1A", "A B"} {
		args["env"] = []any{name}
		unknown(t, config, "exec", args, "probe exec: env:")
	}
}

func TestExecRunsInTheDirectoryThatIsNamed(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	args := sh("pwd", "text")
	if got := known(t, probe.Config{Dir: dir}, "exec", args); strings.TrimSpace(got.(string)) != "/" {
		t.Errorf("without dir: %q", got)
	}
	args["dir"] = dir
	if got := known(t, probe.Config{}, "exec", args); strings.TrimSpace(got.(string)) != dir {
		t.Errorf("got %q, want %q", got, dir)
	}
	args["dir"] = filepath.Join(dir, "gone")
	unknown(t, probe.Config{}, "exec", args, "is no directory that it could run in")
	args["dir"] = "sub"
	unknown(t, probe.Config{Dir: dir}, "exec", args, "is no absolute path")
}
