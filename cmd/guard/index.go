package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/source"
	"blastguard/policies"
)

// An index names the programs that a set of policy files governs, so that a
// command which none of them governs does not wait for all of them to be
// parsed. It is trusted by content only: its first line must be the key of
// exactly these files as this very executable read them, and it is written only
// after they parsed in full without a problem. Anything else is ignored.
type index struct {
	programs []string // sorted
	on       []string // the kinds of operation without a program, sorted
	parts    string   // the lines of policy.Part
}

// onMark stands before a kind of operation in the list of programs: no program
// has a slash in its name.
const onMark = "on/"

// indexOf reads what writeIndex writes: a list of programs and kinds, an empty line, the
// parts.
func indexOf(text string) index {
	list, parts, _ := strings.Cut(text, "\n\n")
	x := index{parts: parts}
	for _, name := range strings.Fields(list) {
		if on, found := strings.CutPrefix(name, onMark); found {
			x.on = append(x.on, on)
			continue
		}
		x.programs = append(x.programs, name)
	}
	return x
}

// readParts are the parts of the files. Files have some; without any all must be parsed.
func (x index) readParts() ([]policy.Part, error) {
	parts := make([]policy.Part, 0, strings.Count(x.parts, "\n"))
	for line := range strings.Lines(x.parts) {
		part, err := policy.ParsePart(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return nil, errors.New("the index has no parts")
	}
	return parts, nil
}

// mentions: some part may be about a program, also one that no policy governs: what a
// command block says of it counts too.
func (x index) mentions(ops []guard.Operation) bool {
	return slices.ContainsFunc(ops, func(op guard.Operation) bool { return strings.Contains(x.parts, op.Program) })
}

// governs: some operation may be governed. What cannot be read may always be.
func (x index) governs(ops []guard.Operation) bool {
	for _, op := range ops {
		if op.Program == "" || op.Opaque != "" {
			return true
		}
		if op.On != "" {
			if slices.Contains(x.on, op.On) {
				return true
			}
			continue
		}
		if _, found := slices.BinarySearch(x.programs, op.Program); found {
			return true
		}
	}
	return len(ops) == 0
}

// findIndex returns the index of these files, if there is one to be trusted.
func findIndex(w world, hash string) (index, bool) {
	if embedded, ok := policies.FindIndex(hash); ok {
		return index{embedded.Programs, embedded.On, embedded.Parts}, true
	}
	path := w.indexPath()
	if path == "" || !exists(path) {
		return index{}, false
	}
	read, problems := source.Read([]source.Place{{File: path, Origin: guard.UserFile}})
	if len(problems) > 0 || len(read.Files) != 1 {
		return index{}, false
	}
	key, rest, _ := strings.Cut(read.Files[0].Content, "\n")
	sum, list, _ := strings.Cut(rest, "\n")
	if key != w.indexKey(hash) || sum != checksum(list) {
		return index{}, false
	}
	return indexOf(list), true
}

// writeIndex keeps the index for the next time. That it cannot is no failure:
// the next command is only slower.
func writeIndex(w world, hash string, set *policy.Set, files []guard.PolicyFile) {
	path := w.indexPath()
	if path == "" {
		return
	}
	if _, ok := policies.FindIndex(hash); ok {
		return
	}
	names := slices.Sorted(slices.Values(set.Programs()))
	for _, kind := range set.On() {
		names = append(names, onMark+kind)
	}
	list := strings.Join(names, "\n") + "\n\n"
	for _, part := range set.Parts(files) {
		list += part.String() + "\n"
	}
	content := w.indexKey(hash) + "\n" + checksum(list) + "\n" + list
	if err := replaceFile(path, content); err != nil {
		debugLogger(w).Debug("write index", "path", path, "err", err)
	}
}

func replaceFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".index-")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	if _, err := io.WriteString(temp, content); err != nil {
		temp.Close()
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

// indexKey binds an index to the files and to this build of guard: another
// build may read the same files differently.
func (w world) indexKey(hash string) string {
	build := version
	if path, err := os.Executable(); err == nil {
		if info, err := os.Stat(path); err == nil {
			build = fmt.Sprintf("%s %s %d %d", version, path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return "guard index 2 " + checksum(build+"\n"+hash)
}

func (w world) indexPath() string {
	if dir := w.xdg("XDG_CACHE_HOME", ".cache"); dir != "" {
		return filepath.Join(dir, "index")
	}
	return ""
}

func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
