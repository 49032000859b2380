package walk

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// walkPortably walks with nothing but the standard library. It is what other
// systems than Linux use, and what the Linux walk is compared with.
func (t *tree) walkPortably() {
	defer t.finished()
	marked := map[string][]string{}
	err := filepath.WalkDir(t.path, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case t.halted.Load():
			return fs.SkipAll
		case err != nil:
			t.failure(errors.Unwrap(err), path)
			return nil
		case path == t.path:
			return nil
		}
		if t.marks([]byte(entry.Name())) {
			marked[filepath.Dir(path)] = append(marked[filepath.Dir(path)], entry.Name())
		}
		return t.visit(path, entry)
	})
	if err != nil {
		t.failure(err, t.path)
	}
	for dir, names := range marked {
		t.mark(dir, names)
	}
}

// visit counts an entry, and asks for more than the name where that is needed.
func (t *tree) visit(path string, entry fs.DirEntry) error {
	if !entry.IsDir() {
		t.count(1, 0)
	} else {
		t.count(0, 1)
	}
	if !entry.IsDir() && (t.sizes == nil || !entry.Type().IsRegular()) {
		return nil
	}
	info, err := entry.Info()
	if err != nil {
		t.failure(errors.Unwrap(err), path)
		return nil
	}
	if !entry.IsDir() {
		t.sizes.addInfo(info)
		return nil
	}
	if device := IDOf(info).Device; device != t.device {
		t.border(Border{path, device, false})
		return fs.SkipDir
	}
	return nil
}
