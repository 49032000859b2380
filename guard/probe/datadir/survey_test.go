package datadir

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
	"blastguard/guard/probe/database"
	"blastguard/guard/probe/pgtest"
)

func TestASearchThatEndsEarlySaysSo(t *testing.T) {
	dir := t.TempDir()
	for i := range 50 {
		write(t, filepath.Join(dir, fmt.Sprint("d", i), "file"), "")
	}
	write(t, dir+"/near/member/wal/", "")
	write(t, dir+"/near/member/snap/", "")

	whole := newSurvey(nil)
	whole.target(dir, true)
	if err := whole.search(t.Context()); err != nil {
		t.Error(err)
	}
	if len(whole.gaps()) != 0 || len(whole.sites) != 1 {
		t.Errorf("the whole search: %v, %v", whole.sites, whole.gaps())
	}
	short := newSurvey(nil)
	short.limit = 60
	short.target(dir, true)
	if err := short.search(t.Context()); err != nil {
		t.Error(err)
	}
	if gaps := short.gaps(); len(gaps) != 1 || !strings.Contains(gaps[0].Role.(guard.Unmeasured).Reason, "not known whether more databases are below "+dir) {
		t.Errorf("a search that was stopped: %v", gaps)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late := newSurvey(nil)
	late.target(dir, true)
	if err := late.search(cancelled); err != nil {
		t.Error(err)
	}
	if gaps := late.gaps(); len(gaps) != 1 || !strings.Contains(gaps[0].Role.(guard.Unmeasured).Reason, "ran out of time") {
		t.Errorf("a search without time: %v", gaps)
	}
}

func TestAnEndedSearchIsNeverAnEmptyAnswer(t *testing.T) {
	value, evidence := answerOf([]database.Database{database.Gap("/data", "the search stopped")})
	if open, ok := value.(map[string]any)["found"].(guard.Unmeasured); !ok || open.Reason != "the search stopped" || len(evidence) != 1 {
		t.Errorf("a gap alone: %v, %v", value, evidence)
	}
	known := database.Database{Path: "/a", Engine: "redis"}
	known.RoleUnknown("x")
	value, _ = answerOf([]database.Database{known, database.Gap("/data", "the search stopped")})
	if list, ok := value.(map[string]any)["found"].([]any); !ok || len(list) != 2 {
		t.Errorf("a gap beside a database: %v", value)
	}
	value, _ = answerOf(nil)
	if list, ok := value.(map[string]any)["found"].([]any); !ok || len(list) != 0 {
		t.Errorf("nothing: %v", value)
	}
}

func TestManyGapsAreCounted(t *testing.T) {
	survey := newSurvey(nil)
	for i := range 5000 {
		survey.missing(fmt.Sprint("/d", i), "permission denied")
	}
	gaps := survey.gaps()
	if len(gaps) != 6 || gaps[5].Role.(guard.Unmeasured).Reason != "4995 more places could not be looked at" {
		t.Errorf("%d gaps, the last: %v", len(gaps), gaps[len(gaps)-1])
	}
}

func TestTheKernelsOwnFilesAreNotSearched(t *testing.T) {
	if found := measured(t, "/proc"); len(found) != 0 {
		t.Errorf("found %v in /proc", found)
	}
}

func TestManyTargets(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i := range 20_000 {
		paths = append(paths, filepath.Join(dir, fmt.Sprint(i)))
	}
	if found := measured(t, paths...); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

func TestBadArguments(t *testing.T) {
	for name, args := range map[string]map[string]any{
		"no paths":             {},
		"paths that are empty": {"paths": []any{}},
		"an empty path":        {"paths": []any{"/x", ""}},
		"a number":             {"paths": []any{int64(1)}},
		"a text":               {"paths": "/x"},
		"a dir that is none":   {"paths": []any{"x"}, "dir": true},
	} {
		if value, _, err := Measure(t.Context(), args); err == nil {
			t.Errorf("%s: %v without an error", name, value)
		}
	}
	dir := t.TempDir()
	write(t, dir+"/"+"etcd/member/wal/", "")
	write(t, dir+"/"+"etcd/member/snap/", "")
	value, _, err := Measure(t.Context(), map[string]any{"paths": []any{"etcd/member/../"}, "dir": dir})
	if err != nil || len(value.(map[string]any)["found"].([]any)) != 1 {
		t.Errorf("a relative path: %v, %v", value, err)
	}
}

// TestWithoutRights runs itself again as a user who may read little, when it
// starts as root.
func TestWithoutRights(t *testing.T) {
	const variable = "DATADIR_TEST_UNREADABLE"
	if target := os.Getenv(variable); target != "" {
		answerWithoutRights(t, target)
		return
	}
	if os.Geteuid() != 0 {
		t.Skipf("%s: needs root, to make files that this user may not read", t.Name())
	}
	server := pgtest.StartPrimary(t)
	binary := filepath.Join(server.SocketDir, "test")
	copyProgram(t, binary)
	for _, target := range []string{server.Dir, filepath.Dir(server.Dir), filepath.Join(server.Dir, "base")} {
		again := exec.Command(binary, "-test.run", "^TestWithoutRights$", "-test.v")
		again.Dir = "/"
		again.Env = []string{variable + "=" + target, "TMPDIR=" + os.TempDir()}
		again.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		if output, err := again.CombinedOutput(); err != nil {
			t.Errorf("%s as nobody: %v\n%s", target, err, output)
		}
	}
}

func answerWithoutRights(t *testing.T, target string) {
	value, _, err := Measure(t.Context(), map[string]any{"paths": []any{target}})
	if err != nil {
		t.Fatal(err)
	}
	if open, ok := value.(map[string]any)["found"].(guard.Unmeasured); !ok || !strings.Contains(open.Reason, "needs root") {
		t.Errorf("what may not be read: %v", value)
	}
	// Others' processes are not readable either; that decides nothing.
	value, _, err = Measure(t.Context(), map[string]any{"paths": []any{t.TempDir()}})
	if list, ok := value.(map[string]any)["found"].([]any); err != nil || !ok || len(list) != 0 {
		t.Errorf("a directory of one's own: %v, %v", value, err)
	}
}

func copyProgram(t *testing.T, to string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	copied, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(copied, from); err != nil {
		t.Fatal(err)
	}
	if err := copied.Close(); err != nil {
		t.Fatal(err)
	}
	// pgtest's directory is for its owner alone.
	if err := os.Chmod(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
}
