package engine

import (
	"path/filepath"
	"slices"
	"sync/atomic"

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
	all := marks.Load()
	if all == nil {
		all = newMarkTable()
		marks.Store(all)
	}
	lengths := all.lengths[name[0]]
	if lengths&(1<<len(name)|1<<anyLength) == 0 {
		return false
	}
	return all.has(name)
}

// marks are those of all engines, put together when the first name is looked at, and the
// same whoever is first. (A sync.OnceValue would double the time that a name takes.)
var marks atomic.Pointer[markTable]

// markTable finds the marks among many names.
type markTable struct {
	lengths  [256]uint32   // of the marks that begin with a byte, a bit for each length
	names    [256][]string // those marks
	prefixes []string      // of marks that are only known by how they begin
}

// anyLength is the bit of marks that are only known by how they begin. All others are
// shorter, and the bit of a longer name is beyond the 32 there are.
const anyLength = 31

func newMarkTable() *markTable {
	all := &markTable{}
	for _, e := range registry {
		for _, name := range e.Marks {
			all.names[name[0]] = append(all.names[name[0]], name)
			all.lengths[name[0]] |= 1 << len(name)
		}
		if e.Around != nil {
			all.prefixes = append(all.prefixes, e.AroundPrefix)
			all.lengths[e.AroundPrefix[0]] |= 1 << anyLength
		}
	}
	return all
}

func (m *markTable) has(name []byte) bool {
	for _, mark := range m.names[name[0]] {
		if string(name) == mark {
			return true
		}
	}
	for _, prefix := range m.prefixes {
		if len(name) > len(prefix) && string(name[:len(prefix)]) == prefix {
			return Around(string(name)) != (Kind{})
		}
	}
	return false
}
