package host

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/source"
	"blastguard/policies"
)

// An index says which parts of a set of policy files decide a program, so that a command
// does not wait for all of them to be parsed. It is trusted by content only: its first
// line must be the key of exactly these files as this very executable read them, and it is
// written only after they parsed in full without a problem. Anything else is ignored.

// findIndex returns the index of these files, if there is one to be trusted.
func findIndex(s Setup, hash string) (policy.Index, bool) {
	if embedded, ok := policies.FindIndex(hash); ok {
		index, err := policy.ReadIndex(embedded)
		return index, err == nil
	}
	path := s.indexPath()
	if path == "" || !exists(path) {
		return policy.Index{}, false
	}
	content, problems := source.Content(path)
	if len(problems) > 0 {
		return policy.Index{}, false
	}
	key, rest, _ := strings.Cut(content, "\n")
	sum, text, _ := strings.Cut(rest, "\n")
	if key != s.indexKey(hash) || sum != checksum(text) {
		return policy.Index{}, false
	}
	index, err := policy.ReadIndex(text)
	return index, err == nil
}

// writeIndex keeps the index for the next time. That it cannot is no failure:
// the next command is only slower.
func writeIndex(s Setup, hash string, set *policy.Set, files []guard.PolicyFile) {
	path := s.indexPath()
	if path == "" {
		return
	}
	if _, ok := policies.FindIndex(hash); ok {
		return
	}
	text := set.Index(files)
	if text == "" {
		return
	}
	content := s.indexKey(hash) + "\n" + checksum(text) + "\n" + text
	if err := replaceFile(path, content); err != nil {
		s.debug("write index", "path", path, "err", err)
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
func (s Setup) indexKey(hash string) string {
	build := s.Version
	if path, err := os.Executable(); err == nil {
		if info, err := os.Stat(path); err == nil {
			build = fmt.Sprintf("%s %s %d %d", s.Version, path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return "guard index 3 " + checksum(build+"\n"+hash)
}

func (s Setup) indexPath() string {
	if dir := s.xdg("XDG_CACHE_HOME", ".cache"); dir != "" {
		return filepath.Join(dir, "index")
	}
	return ""
}

// checksum is the hex SHA-256 of a text, which may be long and is not copied.
func checksum(text string) string {
	sum := sha256.New()
	for chunk := make([]byte, min(len(text), 32<<10)); text != ""; {
		n := copy(chunk, text)
		sum.Write(chunk[:n])
		text = text[n:]
	}
	return hex.EncodeToString(sum.Sum(nil))
}
