package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// root is one existing path that is counted, by the name it really has.
type root struct {
	path string
	info fs.FileInfo
	// listed: its name is counted already, by the walk of the directory above;
	// only what is below it is not, for it is on another device.
	listed bool
}

func (r root) device() uint64 { return fileOf(r.info).device }

// file identifies a file on this machine while it exists.
type file struct{ device, inode uint64 }

func fileOf(info fs.FileInfo) file {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return file{uint64(stat.Dev), stat.Ino}
	}
	return file{}
}

// findRoots resolves the paths and leaves out what another one covers. The
// evidence names those that do not exist.
func findRoots(ctx context.Context, paths []string, dir string) (roots []root, evidence []string, err error) {
	for _, given := range paths {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		absolutePath, err := absolute(given, dir)
		if err != nil {
			return nil, nil, err
		}
		found, err := locate(absolutePath, false)
		switch {
		case err != nil:
			return nil, nil, errors.New(cause(err))
		case found.info == nil:
			evidence = append(evidence, fmt.Sprintf("there is no %s", found.path))
		default:
			roots = append(roots, root{path: found.path, info: found.info})
		}
	}
	return distinct(roots), evidence, nil
}

// distinct drops a path that is given twice, lies in another one of the same
// device, or is the same directory seen through another mount.
func distinct(roots []root) []root {
	byPath := map[string]root{}
	for _, r := range roots {
		byPath[r.path] = r
	}
	directories := map[file]bool{}
	var kept []root
	for _, r := range roots {
		if byPath[r.path].info != r.info || covered(r, byPath) {
			continue
		}
		if r.info.IsDir() {
			if directories[fileOf(r.info)] {
				continue
			}
			directories[fileOf(r.info)] = true
		}
		r.listed = listed(r, byPath)
		kept = append(kept, r)
	}
	return kept
}

// covered: a directory above r is a root too, and its walk reaches r, for all
// between them is on one device.
func covered(r root, byPath map[string]root) bool {
	if len(byPath) == 1 {
		return false
	}
	for at := r.path; at != "/"; {
		at = path.Dir(at)
		if info, err := os.Lstat(at); err != nil || fileOf(info).device != r.device() {
			return false
		}
		if _, ok := byPath[at]; ok {
			return true
		}
	}
	return false
}

// listed: the directory above r is walked.
func listed(r root, byPath map[string]root) bool {
	if len(byPath) == 1 || r.path == "/" {
		return false
	}
	above := path.Dir(r.path)
	if _, ok := byPath[above]; ok {
		return true
	}
	info, err := os.Lstat(above)
	return err == nil && covered(root{path: above, info: info}, byPath)
}

// inside finds which of the roots a path lies in, or is.
type inside map[string]bool

func insideOf(roots []root) inside {
	in := inside{}
	for _, r := range roots {
		in[r.path] = true
	}
	return in
}

func (in inside) holds(name string) bool {
	if !strings.HasPrefix(name, "/") {
		return false
	}
	for at := name; ; at = path.Dir(at) {
		if in[at] {
			return true
		}
		if at == "/" {
			return false
		}
	}
}

// strictly: the path lies below a root and is none itself.
func (in inside) strictly(name string) bool {
	return name != "/" && !in[name] && in.holds(name)
}

func sortedUnique(paths []string) []string {
	slices.Sort(paths)
	return slices.Compact(paths)
}
