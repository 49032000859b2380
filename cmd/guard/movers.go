package main

import (
	"path"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// movers are the programs that may bring a file from another file system, with the
// times that it had there, and remove it there. What they make looks like a copy and
// is the only one. cp and tar leave the original.
var movers = map[string]bool{
	"mv": true, "gmv": true, "rsync": true, "tar": true, "gtar": true, "bsdtar": true, "zip": true, "7z": true, "7za": true, "7zr": true, "7zz": true,
}

// moverOptions are variables that hold options of theirs.
var moverOptions = []string{"TAR_OPTIONS=", "ZIPOPT=", "ZIP="}

// orMoves also has the movers looked at, which no policy may govern. It allocates
// nothing.
func orMoves(governs func([]byte) bool) func([]byte) bool {
	return func(name []byte) bool { return governs(name) || movers[string(name)] }
}

// onlyMoves: the program is looked at for no other reason than that it may move files.
func (s *steps) onlyMoves(e supervise.Exec) bool {
	if e.On != "" || e.Unreadable != "" || e.SetID {
		return false
	}
	return len(e.Forms) > 0 && !slices.ContainsFunc(e.Forms, func(form []string) bool {
		name := path.Base(form[0])
		return !movers[name] || s.governs([]byte(name))
	})
}

// noteMovers remembers when a step last moved files.
func (s *steps) noteMovers(e supervise.Exec) {
	for _, form := range e.Forms {
		if name := path.Base(form[0]); !movers[name] && executes(name) {
			continue
		}
		for _, op := range shell.Operations(form, s.context(e)) {
			if !movers[op.Program] || !slices.ContainsFunc(op.Args, removesOriginals(op.Program)) && !slices.ContainsFunc(e.Env, holdsOptions) {
				continue
			}
			s.mu.Lock()
			s.moved = time.Now()
			s.mu.Unlock()
		}
	}
}

func holdsOptions(variable string) bool {
	return slices.ContainsFunc(moverOptions, func(name string) bool { return strings.HasPrefix(variable, name) })
}

// removesOriginals says of a word of a mover whether it removes what was copied; one
// that is not known may. mv with any does.
func removesOriginals(program string) func(guard.Word) bool {
	return func(word guard.Word) bool {
		text := word.Text
		switch {
		case word.Reading != guard.Literal || strings.HasSuffix(program, "mv"):
			return true
		case strings.HasPrefix(program, "7z"):
			return strings.HasPrefix(text, "-sdel")
		case program == "zip":
			return strings.HasPrefix(text, "--mo") || strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "--") && strings.Contains(text, "m")
		default: // --remove-source-files, --remove-sent-files, --remove-files, shortened
			return strings.HasPrefix(text, "--rem")
		}
	}
}

// movedSince: a program that moves files was executed since a script began, or it is
// not known when it began.
func (s *steps) movedSince(began time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return began.IsZero() || s.moved.After(began)
}
