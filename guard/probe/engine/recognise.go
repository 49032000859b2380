package engine

import (
	"bytes"
	"path/filepath"
	"slices"
	"sync"

	"blastguard/guard/probe/database"
)

// Recognise says what a directory is, by the names in it and, where names are too
// common to mean anything, by what the files hold.
func Recognise(dir string, has func(name string) bool) Kind {
	for _, e := range registry {
		if e.Recognise(dir, has) {
			return Kind{Engine: e}
		}
	}
	for _, e := range registry {
		if e.Piece == nil {
			continue
		}
		if piece := e.Piece(dir, has); piece != (Piece{}) {
			return Kind{Engine: e, Piece: piece}
		}
	}
	return Kind{}
}

// At says what the directory at a path is, by looking for each name.
func At(dir string) Kind {
	return Recognise(dir, func(name string) bool { return database.Exists(filepath.Join(dir, name)) })
}

// Marked says what a directory is in which these marks were seen.
func Marked(dir string, names []string) Kind {
	found := Recognise(dir, func(name string) bool { return slices.Contains(names, name) })
	if found != (Kind{}) {
		return found
	}
	for _, name := range names {
		if around := Around(name); around != (Kind{}) && database.IsDir(filepath.Join(dir, name)) {
			return around
		}
	}
	return Kind{}
}

// Around says what a directory is by the name of a directory in it.
func Around(name string) Kind {
	for _, e := range registry {
		if e.Around == nil {
			continue
		}
		if piece := e.Around(name); piece != (Piece{}) {
			return Kind{Engine: e, Piece: piece}
		}
	}
	return Kind{}
}

// IsMark picks out the names by which directories are recognised. It is called for every
// entry of every directory of a search, so most names are passed over by their first byte
// and their length.
func IsMark(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	all := marks()
	lengths := all.lengths[name[0]]
	switch {
	case lengths == 0:
		return false
	case len(name) < anyLength && lengths&(1<<len(name)) != 0 && all.names[string(name)]:
		return true
	case lengths&(1<<anyLength) == 0:
		return false
	}
	for _, prefix := range all.prefixes {
		if bytes.HasPrefix(name, prefix) {
			return Around(string(name)) != (Kind{})
		}
	}
	return false
}

// marks are those of all engines, put together when the first name is looked at.
var marks = sync.OnceValue(newMarkTable)

// markTable finds the marks among many names.
type markTable struct {
	lengths  [256]uint32 // of the marks that begin with a byte, a bit for each length
	names    map[string]bool
	prefixes [][]byte
}

// anyLength is the bit of marks that are only known by how they begin. Other marks are
// shorter.
const anyLength = 31

func newMarkTable() *markTable {
	all := &markTable{names: map[string]bool{}}
	for _, e := range registry {
		for _, name := range e.Marks {
			all.names[name] = true
			all.lengths[name[0]] |= 1 << len(name)
		}
		if e.Around != nil {
			all.prefixes = append(all.prefixes, []byte(e.AroundPrefix))
			all.lengths[e.AroundPrefix[0]] |= 1 << anyLength
		}
	}
	return all
}
