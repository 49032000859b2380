package probe

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"
)

// walkPortably counts with nothing but the standard library. It is what other
// systems than Linux use, and what the Linux walker is compared with.
func walkPortably(ctx context.Context, roots []root, order order) census {
	walker := portable{ctx: ctx, order: order, seen: map[file]bool{}}
	for _, r := range roots {
		walker.device = r.device()
		if r.listed {
			walker.directories--
		}
		if err := filepath.WalkDir(r.path, walker.visit); err != nil {
			walker.short = err
			break
		}
	}
	return walker.census
}

type portable struct {
	census
	ctx    context.Context // of one walk; it does not outlive it
	order  order
	device uint64
	seen   map[file]bool // files with several names
}

func (w *portable) visit(path string, entry fs.DirEntry, err error) error {
	switch {
	case w.ctx.Err() != nil:
		return errSlow
	case err != nil && absent(err):
		return nil // it vanished after it was counted
	case err != nil:
		w.short = err
		return nil
	}
	if entry.IsDir() {
		w.directories++
	} else {
		w.files++
	}
	if w.files+w.directories > w.order.limit {
		return errLimit
	}
	return w.look(path, entry)
}

// look asks for more than the name where that is needed.
func (w *portable) look(path string, entry fs.DirEntry) error {
	if !entry.IsDir() && !(w.order.bytes && entry.Type().IsRegular()) {
		return nil
	}
	info, err := entry.Info()
	if err != nil {
		if !absent(err) {
			w.short = err
		}
		return nil
	}
	if !entry.IsDir() {
		w.addBytes(info)
		return nil
	}
	if device := fileOf(info).device; device != w.device {
		w.borders = append(w.borders, border{path, device})
		return fs.SkipDir
	}
	return nil
}

func (w *portable) addBytes(info fs.FileInfo) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Nlink > 1 {
		if w.seen[fileOf(info)] {
			return
		}
		w.seen[fileOf(info)] = true
	}
	w.bytes += info.Size()
}

// errSlow: the deadline came before the end.
var errSlow = errors.New("not counted to the end in time: give the probe a longer timeout, or a limit")
