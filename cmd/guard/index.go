package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blastguard/guard"
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
}

// onMark stands before a kind of operation in the list of programs: no program
// has a slash in its name.
const onMark = "on/"

// indexOf reads a list of programs and kinds.
func indexOf(list []string) index {
	var x index
	for _, name := range list {
		if on, found := strings.CutPrefix(name, onMark); found {
			x.on = append(x.on, on)
			continue
		}
		x.programs = append(x.programs, name)
	}
	return x
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
	if embedded, on, ok := policies.Index(hash); ok {
		return index{embedded, on}, true
	}
	path := w.indexPath()
	if path == "" || !exists(path) {
		return index{}, false
	}
	read, problems := source.Read([]source.Place{{File: path, Origin: guard.UserFile}})
	if len(problems) > 0 || len(read.Files) != 1 {
		return index{}, false
	}
	key, rest, _ := strings.Cut(string(read.Files[0].Content), "\n")
	sum, list, _ := strings.Cut(rest, "\n")
	if key != w.indexKey(hash) || sum != checksum(list) {
		return index{}, false
	}
	return indexOf(strings.Fields(list)), true
}

// writeIndex keeps the index for the next time. That it cannot is no failure:
// the next command is only slower.
func writeIndex(w world, hash string, programs, on []string) {
	path := w.indexPath()
	if path == "" {
		return
	}
	if _, _, ok := policies.Index(hash); ok {
		return
	}
	programs = slices.Sorted(slices.Values(programs))
	for _, kind := range on {
		programs = append(programs, onMark+kind)
	}
	list := strings.Join(programs, "\n") + "\n"
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
	return "guard index 1 " + checksum(build+"\n"+hash)
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
