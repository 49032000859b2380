package probe

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"blastguard/guard"
	"blastguard/guard/fileio"
)

type identityProbe struct{ dir string }

func identityKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "identity",
		Params: []guard.ProbeParam{
			{Name: "paths", Type: guard.ListParam, Required: true, Doc: "as they were typed"},
			{Name: "files", Type: guard.ListParam, Required: true, Doc: "paths or patterns of files and directories; {kernel} is the release of the running kernel"},
			{Name: "written", Type: guard.BoolParam, Doc: "true: the paths are opened and written to, through links; false: they are removed or renamed"},
			{Name: "dir", Type: guard.StringParam, Doc: "where relative paths start; absent: the directory of the request"},
		},
		Usual: []any{},
		Doc:   "which of some paths are, or hold, one of some files, whatever they are called: a list of {given, file, holds}",
	}
}

// answer compares by device and inode, so that links, bind mounts and other
// names lead nowhere else. A path that is removed is one of the files when it is
// that name in that directory, also a link on the way to it, or a directory that it
// lies in (then it "holds" the file); another hard link is not. A path that is written is one when it leads to
// the same inode. Files that do not exist are none, nor are those in directories that
// the caller may not read: it cannot change them either.
func (p identityProbe) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	paths, err := list(args["paths"])
	if err != nil {
		return nil, nil, err
	}
	patterns, err := list(args["files"])
	if err != nil {
		return nil, nil, err
	}
	files, err := identitiesOf(ctx, patterns)
	if err != nil {
		return nil, nil, err
	}
	written, _ := args["written"].(bool)
	dir := dirOf(args, p.dir)
	answer := []any{}
	for _, given := range paths {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		absolutePath, err := absolute(given, dir)
		if err != nil {
			return nil, nil, err
		}
		name, holds, err := files.is(absolutePath, written)
		if err != nil {
			return nil, nil, errors.New(cause(err))
		}
		if name != "" {
			answer = append(answer, map[string]any{"given": given, "file": name, "holds": holds})
		}
	}
	return answer, nil, nil
}

// entry is a name in a directory.
type entry struct {
	dir  file
	name string
}

// identities are what some files are, each with its name.
type identities struct {
	entries map[entry]string // the names that lead to one
	files   map[file]string  // what is behind all links
	holders map[file]string  // the directories that one lies in

	dirs map[string]directory // by path, as it is written; most files share a few
	ids  map[string]file      // of directories, by path without links
}

// directory is where a path leads, or why that cannot be told.
type directory struct {
	place
	err error
}

func identitiesOf(ctx context.Context, patterns []string) (*identities, error) {
	all := &identities{
		entries: map[entry]string{}, files: map[file]string{}, holders: map[file]string{},
		dirs: map[string]directory{}, ids: map[string]file{},
	}
	for _, pattern := range patterns {
		if strings.Contains(pattern, "{kernel}") {
			release := kernelRelease()
			if release == "" {
				continue
			}
			pattern = strings.ReplaceAll(pattern, "{kernel}", release)
		}
		if err := all.find(ctx, pattern); err != nil && !errors.Is(err, fs.ErrPermission) {
			return nil, &looking{err}
		}
	}
	return all, nil
}

func (all *identities) find(ctx context.Context, pattern string) error {
	names := []string{pattern}
	if strings.ContainsAny(pattern, `*?[\`) {
		var err error
		if names, err = glob(ctx, pattern); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := all.add(name); err != nil {
			return err
		}
	}
	return nil
}

// add takes a file in, with every link on the way to it.
func (all *identities) add(name string) error {
	for at, hops := name, 0; hops < maxLinks; hops++ {
		found, err := all.locate(at)
		if err != nil {
			return err
		}
		if found.info == nil {
			return nil
		}
		if err := all.entry(found.path, name); err != nil {
			return err
		}
		if found.info.Mode()&os.ModeSymlink == 0 {
			if id := fileOf(found.info); all.files[id] == "" {
				all.files[id] = name
			}
			return nil
		}
		target, err := os.Readlink(found.path)
		if err != nil {
			return err
		}
		if at = target; !path.IsAbs(target) {
			at = path.Dir(found.path) + "/" + target
		}
	}
	return nil
}

// locate is the other locate without following the last component, but each directory is
// walked to once.
func (all *identities) locate(name string) (place, error) {
	above, base := path.Split(name)
	if base == "" || base == "." || base == ".." {
		return locate(name, false)
	}
	dir, known := all.dirs[above]
	if !known {
		dir.place, dir.err = locate(above, true)
		all.dirs[above] = dir
	}
	if dir.err != nil {
		return place{}, dir.err
	}
	at := path.Join(dir.path, base)
	if dir.info == nil {
		return place{path: at}, nil
	}
	info, err := os.Lstat(at)
	switch {
	case absent(err):
		return place{path: at}, nil
	case err != nil:
		return place{}, err
	default:
		return place{path: at, info: info}, nil
	}
}

// entry notes where a name stands; resolved has no links above it.
func (all *identities) entry(resolved, name string) error {
	for i, dir := range append(above(resolved), "/") {
		id, known := all.ids[dir]
		if !known {
			info, err := os.Stat(dir)
			if err != nil {
				return err
			}
			id = fileOf(info)
			all.ids[dir] = id
		}
		if i == 0 {
			if key := (entry{id, path.Base(resolved)}); all.entries[key] == "" {
				all.entries[key] = name
			}
		}
		if all.holders[id] == "" {
			all.holders[id] = name
		}
	}
	return nil
}

// is the name of the file that an absolute path is, or holds; "" for none.
func (all *identities) is(given string, written bool) (name string, holds bool, err error) {
	found, err := locate(given, written)
	if err != nil || found.info == nil {
		return "", false, err
	}
	id := fileOf(found.info)
	if written {
		return all.files[id], false, nil
	}
	info, err := os.Stat(path.Dir(found.path))
	if err != nil {
		return "", false, err
	}
	if name = all.entries[entry{fileOf(info), path.Base(found.path)}]; name == "" && found.info.IsDir() {
		name = all.holders[id]
		holds = name != ""
	}
	return name, holds, nil
}

func kernelRelease() string {
	text, err := fileio.Read("/proc/sys/kernel/osrelease", 256)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
