package process

import (
	"bytes"
	"errors"
	"fmt"

	"blastguard/guard"
	"blastguard/guard/fileio"
)

// ErrNoHashbang is the error for an executable text file whose first line names no
// interpreter.
var ErrNoHashbang = errors.New("it has no #! line")

// enoughForHashbang is more than the kernel reads of a #! line, in bytes.
const enoughForHashbang = 512

// FindRunnable is Find for files that the kernel can execute. A shell runs a text without
// a #! line itself; the kernel does not, so a person should not be asked about it first:
// its error wraps ErrNoHashbang. A file that cannot be read is taken for a program.
func FindRunnable(request guard.Request) (guard.Executable, error) {
	found, err := Find(request)
	if err != nil {
		return found, err
	}
	text, _ := fileio.Read(found.Path, enoughForHashbang)
	if len(text) > 0 && !bytes.HasPrefix(text, []byte("#!")) && !bytes.ContainsRune(text, 0) {
		return found, &guard.NotRunnable{Program: request.Argv[0], Err: fmt.Errorf(
			"%w; to run it as a shell script: guard sh %s", ErrNoHashbang, guard.CommandLine(request.Argv))}
	}
	return found, nil
}
