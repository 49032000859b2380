package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard/probe/walk"
)

// looked surveys targets without any server.
func looked(t *testing.T, limit int64, targets ...string) *survey {
	t.Helper()
	s := newSurvey(nil)
	s.limit = limit
	for _, target := range targets {
		s.target(target, false)
	}
	if err := s.search(walk.With(t.Context(), walk.New(IsMark, nil))); err != nil {
		t.Fatal(err)
	}
	return s
}

func cluster(t *testing.T, dir string) {
	t.Helper()
	write(t, dir+"/PG_VERSION", "15\n")
	write(t, dir+"/global/", "")
	write(t, dir+"/base/1/file", "")
}

// More targets are never fewer databases: also where one lies in the other.
func TestATargetInADatabaseIsLookedAtItself(t *testing.T) {
	dir := t.TempDir()
	cluster(t, dir+"/pg")
	write(t, dir+"/pg/my/ibdata1", "")
	write(t, dir+"/pg/my/mysql/", "")
	write(t, dir+"/pg/deep/below/member/wal/", "")
	write(t, dir+"/pg/deep/below/member/snap/", "")
	for targets, want := range map[string]int{"pg": 1, "pg pg/my": 2, "pg pg/my pg/deep": 3, "pg/deep pg": 2} {
		var paths []string
		for _, name := range strings.Fields(targets) {
			paths = append(paths, filepath.Join(dir, name))
		}
		if s := looked(t, searchLimit, paths...); len(s.sites) != want || len(s.lost) != 0 {
			t.Errorf("%s: %d databases, want %d; %v", targets, len(s.sites), want, s.lost)
		}
	}
}

// What is below a database belongs to it, however much that is.
func TestADatabaseIsNotSearched(t *testing.T) {
	dir := t.TempDir()
	cluster(t, dir)
	for i := range 100 {
		write(t, filepath.Join(dir, "base/1", fmt.Sprint(i)), "")
	}
	if s := looked(t, 50, dir); len(s.sites) != 1 || len(s.lost) != 0 {
		t.Errorf("%v, %v", s.sites, s.lost)
	}
}

// A path that is too long for the kernel may be that of a database.
func TestAPathThatIsTooLongIsNotNothing(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for range 25 {
		name := strings.Repeat("x", 200)
		if err := errors.Join(os.Mkdir(name, 0o755), os.Chdir(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("PG_15_202209061", 0o755); err != nil {
		t.Fatal(err)
	}
	if s := looked(t, searchLimit, dir); len(s.sites)+len(s.lost) != 1 {
		t.Errorf("%v, %v", s.sites, s.lost)
	}
}

// A search that is ended in a hurry is no answer; when something was found, it is not ended.
func TestASearchInAHurryIsWholeOrNone(t *testing.T) {
	dir := t.TempDir()
	for i := range 21 {
		below := filepath.Join(dir, "a/b/c/d/e", fmt.Sprint("f", i))
		if err := os.MkdirAll(below, 0o755); err != nil {
			t.Fatal(err)
		}
		for j := range 1000 {
			if err := os.Symlink("x", filepath.Join(below, fmt.Sprint(j))); err != nil {
				t.Fatal(err)
			}
		}
	}
	cluster(t, dir+"/a/b/c/d/e/f20/deep/pg")
	for _, found := range []bool{false, true} {
		if found {
			cluster(t, dir+"/near")
		}
		walks := walk.New(IsMark, nil)
		walks.Hurry()
		s := newSurvey(nil)
		s.target(dir, false)
		err := s.search(walk.With(t.Context(), walks))
		switch {
		case found && err == nil && len(s.lost) == 0 && len(s.sites) == 2:
		case !found && errors.Is(err, walk.ErrHurried) && len(s.lost) == 0:
		case !found && err == nil && len(s.lost) == 0 && len(s.sites) == 1: // it was through before
		default:
			t.Errorf("a database near: %v: %v; %v, %v", found, err, s.sites, s.lost)
		}
	}
}
