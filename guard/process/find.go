package process

import (
	"errors"
	"path/filepath"
	"strings"

	"blastguard/guard"

	"golang.org/x/sys/unix"
)

// defaultPath is searched when the request has no PATH, as the C library does.
const defaultPath = "/bin:/usr/bin"

var (
	errDirectory  = errors.New("is a directory")
	errNotRegular = errors.New("is not a regular file")
	errNoCommand  = errors.New("there is no command")
)

// Find says which file the request's first word names: the word itself when it
// holds a slash, otherwise the first executable file of that name along the
// PATH of the request's environment. Relative names start at the request's
// directory. SHA256 stays empty.
//
// The error is always a *guard.NotRunnable. As in a shell, a file that may not
// be executed does not end the search; it is reported when there is no other.
func Find(request guard.Request) (guard.Executable, error) {
	if len(request.Argv) == 0 {
		return guard.Executable{}, &guard.NotRunnable{Missing: true, Err: errNoCommand}
	}
	program := request.Argv[0]
	if strings.Contains(program, "/") {
		e, err := inspect(absolute(request.Dir, program))
		return e, notRunnable(program, err)
	}
	e, err := search(program, request)
	return e, notRunnable(program, err)
}

// search goes along the PATH. Its error is that of the first file that exists
// but may not be executed, or ENOENT.
func search(program string, request guard.Request) (guard.Executable, error) {
	var first error
	if program == "" {
		return guard.Executable{}, unix.ENOENT
	}
	for _, dir := range strings.Split(searchPath(request.Env), ":") {
		path := filepath.Join(absolute(request.Dir, dir), program)
		if _, _, err := identify(path); err != nil {
			continue // not there, or in a directory that may not be searched: as for a shell
		}
		e, err := inspect(path)
		switch {
		case err == nil:
			return e, nil
		case first == nil && !errors.Is(err, errDirectory):
			first = err
		}
	}
	if first == nil {
		first = unix.ENOENT
	}
	return guard.Executable{}, first
}

// searchPath is the value of PATH. As getenv does, the first of several counts.
func searchPath(env []string) string {
	for _, variable := range env {
		if value, found := strings.CutPrefix(variable, "PATH="); found {
			return value
		}
	}
	return defaultPath
}

// absolute leaves links and ".." as they are: the kernel resolves them.
func absolute(dir, name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}

func notRunnable(program string, err error) error {
	if err == nil {
		return nil
	}
	return &guard.NotRunnable{Program: program, Missing: errors.Is(err, unix.ENOENT), Err: err}
}

// inspect looks at one file and says whether the effective user may execute it.
func inspect(path string) (guard.Executable, error) {
	e, mode, err := identify(path)
	switch {
	case err != nil:
		return guard.Executable{}, err
	case mode&unix.S_IFMT == unix.S_IFDIR:
		return guard.Executable{}, errDirectory
	case mode&unix.S_IFMT != unix.S_IFREG:
		return guard.Executable{}, errNotRegular
	}
	if err := unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS); err != nil {
		return guard.Executable{}, err
	}
	return e, nil
}
