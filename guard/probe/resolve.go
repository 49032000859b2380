package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"blastguard/guard"
)

type resolver struct{ dir string }

func resolveKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "resolve",
		Params: []guard.ProbeParam{
			{Name: "paths", Type: guard.ListParam, Required: true, Doc: "as they were typed"},
			{Name: "dir", Type: guard.StringParam, Doc: "where relative ones start; absent: the directory of the request"},
		},
		Doc: "where paths really lead: and what is there by whatever name: a list of {given, resolved, real, exists, type, device, inode, size, links, rdev, disk, char, kernel, disks, names, real_names, holds}",
	}
}

// answer gives one object a path, in the order of the paths. What could not be
// told of one path is Unmeasured in its object; the others stand.
func (r resolver) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	paths, err := list(args["paths"])
	if err != nil {
		return nil, nil, err
	}
	dir := dirOf(args, r.dir)
	var objects []any
	mounts := readMounts()
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		absolutePath, err := absolute(path, dir)
		if err != nil {
			return nil, nil, err
		}
		objects = append(objects, resolvedObject(path, absolutePath, mounts))
	}
	return objects, nil, nil
}

// resolvedObject describes the thing that a program gets which opens the path
// without following it when it is a link, as rm and mv do.
func resolvedObject(given, path string, mounts *mountTable) map[string]any {
	object := map[string]any{"given": given}
	found, err := locate(path, false)
	if err != nil {
		for _, name := range []string{"resolved", "real", "exists", "type", "device", "inode", "size", "links", "rdev", "disk", "char", "kernel", "disks", "names", "real_names", "holds"} {
			object[name] = guard.Unmeasured{Reason: cause(err)}
		}
		return object
	}
	object["resolved"], object["exists"] = found.path, found.info != nil
	object["real"] = realPath(path, found)
	describe(object, found.info)
	describeNames(object, found, mounts)
	return object
}

func realPath(path string, found place) any {
	if found.info == nil || found.info.Mode()&fs.ModeSymlink == 0 {
		return found.path
	}
	real, err := locate(path, true)
	if err != nil {
		return guard.Unmeasured{Reason: cause(err)}
	}
	return real.path
}

// describe fills in what lstat says; null where nothing is there.
func describe(object map[string]any, info fs.FileInfo) {
	for _, name := range []string{"type", "device", "inode", "size", "links"} {
		object[name] = nil
	}
	if info == nil {
		return
	}
	object["type"], object["size"] = typeOf(info.Mode()), info.Size()
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		object["device"], object["inode"], object["links"] = uint64(stat.Dev), stat.Ino, uint64(stat.Nlink)
	}
}

func typeOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "file"
	case mode.IsDir():
		return "directory"
	case mode&fs.ModeSymlink != 0:
		return "symlink"
	case mode&fs.ModeCharDevice != 0:
		return "char"
	case mode&fs.ModeDevice != 0:
		return "block"
	default:
		return "other"
	}
}

// place is where a path leads. A nil info: nothing is there.
type place struct {
	path string // absolute and clean; no directory above the last component is a link
	info fs.FileInfo
}

// maxLinks is how many links the kernel follows in one path.
const maxLinks = 40

// locate walks an absolute path as the kernel does: each directory's link is
// followed, and ".." is the parent of where one really is. The last component
// is followed only when follow is set, or when "/", "/." or ".." comes after
// it. Where nothing exists, the rest of the path is added as it stands.
func locate(path string, follow bool) (place, error) {
	at, rest, links := "/", strings.Split(path, "/"), 0
	for len(rest) > 0 {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		next := filepath.Join(at, name)
		info, err := os.Lstat(next)
		switch {
		case absent(err):
			return place{path: filepath.Join(append([]string{next}, rest...)...)}, nil
		case err != nil:
			return place{}, err
		case info.Mode()&fs.ModeSymlink != 0 && (len(rest) > 0 || follow):
			if links++; links > maxLinks {
				return place{}, &fs.PathError{Op: "lstat", Path: next, Err: syscall.ELOOP}
			}
			target, err := os.Readlink(next)
			if err != nil {
				return place{}, err
			}
			if strings.HasPrefix(target, "/") {
				at = "/"
			}
			rest = append(strings.Split(target, "/"), rest...)
			continue
		}
		at = next
	}
	return arrived(path, at, follow)
}

// arrived looks once more at the end of the way, and compares it with what the
// kernel finds by itself: links in /proc lead where their text does not.
func arrived(path, at string, follow bool) (place, error) {
	info, err := os.Lstat(at)
	if err != nil {
		return place{}, err
	}
	look := os.Lstat
	if follow {
		look = os.Stat
	}
	kernels, err := look(path)
	switch {
	case err == nil && !os.SameFile(info, kernels):
		return place{}, fmt.Errorf("resolve %s: it leads elsewhere than its links say, or changed meanwhile", path)
	case err != nil && !absent(err): // "file/" is absent to the kernel; the file is what a careless program takes
		return place{}, err
	default:
		return place{path: at, info: info}, nil
	}
}

// absent: the kernel says that there is nothing at this path.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// cause is an error as a reason: what, where, and what to do next.
func cause(err error) string {
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return fmt.Sprintf("%v: %s (sudo guard …)", err, guard.NeedsRoot)
	}
	return err.Error()
}
