package engine

import (
	"context"

	"blastguard/guard/probe/database"
)

// Engine is what guard knows of one database engine. What says "optional" may be nil
// or empty; everything else is needed. Functions that read files read what others may
// have written, and bound what they read.
type Engine struct {
	Name    string // in answers: "postgresql"
	Product string // for people: "PostgreSQL"
	Family  string // the same for engines whose servers share their programs' names

	// Marks are the names by which Recognise and Piece know a directory. A search
	// passes over everything else.
	Marks []string
	// Recognise tells whether dir is a data directory: has tells whether a name is in
	// it. Names that are too common to mean anything are not enough.
	Recognise func(dir string, has func(name string) bool) bool
	// RecogniseInUse is more generous, for a directory in which a server of the engine
	// works and that nothing else recognises. Optional.
	RecogniseInUse func(dir string) bool
	// Owns tells whether the engine owns target, which lies in its data directory or is
	// it; it owns all of it when this is nil. Optional.
	Owns func(dir, target string) bool
	// Shared: a data directory may hold those of others. Optional.
	Shared bool

	// Piece recognises a piece of a database outside of its data directory, after all
	// engines have looked whether it is a data directory. Optional.
	Piece func(dir string, has func(name string) bool) Piece
	// Around is the piece in which the engine makes a directory of this name, which
	// begins with AroundPrefix. Optional, both.
	Around       func(name string) Piece
	AroundPrefix string
	// Linked are the pieces of a database that links in its data directory lead to.
	// Optional.
	Linked func(dir string) []Part

	// Serves tells whether a program of this name, of which the kernel keeps 15 bytes,
	// is a server of the engine.
	Serves func(program string) bool
	// Proves is the data directory that an open file of a server proves, "" when none.
	// Optional: the working directory is one anyway.
	Proves func(file string) string

	// Version and Identity are what the files tell without a server, nil where they do
	// not. Optional.
	Version, Identity func(dir string) any
	// Offline tells the role of a database in which no server runs, by its files, and
	// Live asks the server that runs in it. They find everything else told and the role
	// unknown, and leave it unknown where they cannot tell it, with their reason. The
	// deadline is that of ctx. Optional.
	Offline func(ctx context.Context, d *database.Database, found database.Directory)
	Live    func(ctx context.Context, d *database.Database, found database.Directory, server database.Process)
	// ByHand is what a person asks a server for its role. It is shown where guard
	// cannot ask.
	ByHand string

	// Describe says everything about a data directory itself, and Version, Identity,
	// Offline, Live and ByHand are not looked at. Optional: for engines that find their
	// server in a way of their own.
	Describe func(ctx context.Context, found database.Directory) database.Database
	// CheckCandidate says what is wrong with a connection string of a server that may
	// have taken a stopped primary's place. Optional: none is understood.
	CheckCandidate func(text string) error
}

// Piece is a kind of pieces of a database that lie outside of its data directory; the
// zero Piece is none.
type Piece struct {
	What  string // "a PostgreSQL tablespace"
	State string // in answers: "tablespace"
}

// Part is one such piece, found by a link in the data directory.
type Part struct {
	Name string // of the link: "pg_wal", "pg_tblspc/16384"
	Path string // resolved
}

// Kind is what was recognised in a directory; the zero Kind is nothing.
type Kind struct {
	Engine *Engine
	Piece  Piece // none: it is a data directory
}

// IsData tells whether it is a data directory, and not a piece of a database elsewhere.
func (k Kind) IsData() bool { return k.Engine != nil && k.Piece == (Piece{}) }

// Owns tells whether target, which lies in dir or is it, is the engine's own.
func (k Kind) Owns(dir, target string) bool {
	return k.Engine.Owns == nil || k.Engine.Owns(dir, target)
}

// Whole tells whether everything in the directory belongs to this one database.
func (k Kind) Whole() bool { return !k.Engine.Shared }

// Linked are the pieces of the database in dir that lie elsewhere; none for what is a
// piece itself.
func (k Kind) Linked(dir string) []Part {
	if !k.IsData() || k.Engine.Linked == nil {
		return nil
	}
	return k.Engine.Linked(dir)
}
