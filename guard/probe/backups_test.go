package probe_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe"
)

var night = time.Date(2017, 1, 31, 23, 27, 0, 0, time.UTC)

// backupsAt asks at a fixed time.
func backupsAt(t *testing.T, glob string) (map[string]any, []string) {
	t.Helper()
	fact := one(t, probe.Config{Now: func() time.Time { return night }}, "backups", map[string]any{"glob": glob})
	if !fact.Known {
		t.Fatalf("%s: %s", glob, fact.Reason)
	}
	return fact.Value.(map[string]any), fact.Evidence
}

// dump makes a backup of some size and age.
func dump(t *testing.T, path string, size int64, age time.Duration) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	aged(t, path, age)
}

func aged(t *testing.T, path string, age time.Duration) {
	t.Helper()
	if err := os.Chtimes(path, night.Add(-age), night.Add(-age)); err != nil {
		t.Fatal(err)
	}
}

func TestBackupsFindsTheNewest(t *testing.T) {
	dir := scratch(t)
	dump(t, dir+"/b/3.dump", 300, 50*time.Hour)
	dump(t, dir+"/b/1.dump", 12, 6*time.Hour)
	dump(t, dir+"/b/2.dump", 200, 30*time.Hour)
	dump(t, dir+"/b/other.txt", 999, time.Hour)
	dump(t, dir+"/b/.5.dump", 999, time.Minute) // what rsync leaves when it is interrupted
	build(t, dir, "b/latest.dump -> 1.dump", "b/dangling.dump -> none")
	got, evidence := backupsAt(t, dir+"/b/*.dump")
	if !got["time"].(time.Time).Equal(night.Add(-6 * time.Hour)) {
		t.Errorf("time %v", got["time"])
	}
	delete(got, "time")
	want := map[string]any{"bytes": int64(12), "path": dir + "/b/1.dump", "count": int64(3), "previous": []any{int64(200), int64(300)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !strings.Contains(strings.Join(evidence, "\n"), "dangling.dump leads nowhere") {
		t.Errorf("evidence %q", evidence)
	}
}

func TestNoBackupIsMeasuredNotUnknown(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "empty", "file = x")
	want := map[string]any{"time": nil, "bytes": int64(0), "path": "", "count": int64(0), "previous": []any{}}
	for _, glob := range []string{"/empty/*.dump", "/none/*.dump", "/none/x.dump", "/file/*", "/file/x"} {
		got, evidence := backupsAt(t, dir+glob)
		if !reflect.DeepEqual(got, want) || evidence[len(evidence)-1] != "no backup matches "+dir+glob {
			t.Errorf("%s: got %v, evidence %q", glob, got, evidence)
		}
	}
}

func TestABackupFromTheFutureHasNoTime(t *testing.T) {
	dir := scratch(t)
	dump(t, dir+"/1.dump", 5, time.Hour)
	dump(t, dir+"/2.dump", 7, -time.Hour)
	got, _ := backupsAt(t, dir+"/*.dump")
	part, ok := got["time"].(guard.Unmeasured)
	if !ok || !strings.Contains(part.Reason, "1h0m0s in the future") || got["bytes"] != int64(7) {
		t.Errorf("got %v", got)
	}
}

func TestBackupsRemarkOnWhatLooksUnfinished(t *testing.T) {
	dir := scratch(t)
	dump(t, dir+"/1.dump", 0, time.Second)
	_, evidence := backupsAt(t, dir+"/*.dump")
	text := strings.Join(evidence, "\n")
	if !strings.Contains(text, "is empty") || !strings.Contains(text, "may not be whole") {
		t.Errorf("evidence %q", evidence)
	}
}

func TestADirectoryCanBeABackup(t *testing.T) {
	dir := scratch(t)
	dump(t, dir+"/base-1/data/x", 100, time.Hour)
	dump(t, dir+"/base-1/manifest", 10, time.Hour)
	dump(t, dir+"/base-2/data/x", 50, time.Hour)
	aged(t, dir+"/base-1", 2*time.Hour)
	aged(t, dir+"/base-2", 3*time.Hour)
	got, _ := backupsAt(t, dir+"/base-?")
	if got["bytes"] != int64(110) || got["path"] != dir+"/base-1" || !reflect.DeepEqual(got["previous"], []any{int64(50)}) {
		t.Errorf("got %v", got)
	}
}

func TestBackupsListsAtMostAHundredPredecessors(t *testing.T) {
	dir := scratch(t)
	for i := range 120 {
		dump(t, filepath.Join(dir, time.Duration(i).String()), int64(i), time.Duration(i)*time.Hour)
	}
	got, _ := backupsAt(t, dir+"/*")
	if got["count"] != int64(120) || len(got["previous"].([]any)) != 100 || got["previous"].([]any)[0] != int64(1) {
		t.Errorf("got %v", got)
	}
}

func TestAGlobThatCannotBeToldIsUnknown(t *testing.T) {
	config := probe.Config{Dir: "/"}
	unknown(t, config, "backups", map[string]any{"glob": "/tmp/["}, "syntax error")
	unknown(t, config, "backups", map[string]any{"glob": ""}, "empty")
	unknown(t, config, "backups", map[string]any{"glob": "/tmp/../x*"}, "..")
	unknown(t, probe.Config{}, "backups", map[string]any{"glob": "x*"}, "relative")
	dir := scratch(t)
	build(t, dir, "loop -> loop")
	unknown(t, config, "backups", map[string]any{"glob": dir + "/loop/*"}, "too many levels")
}

func TestBackupsBehindAnUnreadableDirectoryNeedRoot(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := scratch(t)
	build(t, dir, "closed/1.dump = x")
	if err := os.Chmod(dir+"/closed", 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir+"/closed", 0o755) })
	for _, glob := range []string{"/closed/*.dump", "/closed/1.dump", "/*/1.dump"} {
		unknown(t, probe.Config{}, "backups", map[string]any{"glob": dir + glob}, "needs root")
	}
}
