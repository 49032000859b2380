package main

import (
	"bytes"
	"path/filepath"

	"blastguard/guard/fileio"
)

// startsScript: the file begins with #!.
func startsScript(name string) bool {
	return bytes.HasPrefix(beginning(name, 2), []byte("#!"))
}

// beginning is the start of a file, as far as it can be read.
func beginning(name string, most int) []byte {
	text, _ := fileio.Read(name, most)
	return text
}

// inDirectory is a name as a command in dir would mean it.
func inDirectory(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}
