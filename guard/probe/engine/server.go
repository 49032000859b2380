package engine

import (
	"os"
	"slices"

	"blastguard/guard/probe/database"
)

// InUse is a data directory in which a server runs.
type InUse struct {
	Path string
	ID   database.FileID
	Kind Kind
}

// DataDirs are the data directories of a running server, by its working directory and the
// files that it holds open. There are none for a program that IsServer does not know.
func DataDirs(server database.Process) []InUse {
	e := ofProgram(server.Program)
	if e == nil {
		return nil
	}
	var candidates []string
	if server.Dir != "" {
		candidates = append(candidates, server.Dir)
	}
	if e.Proves != nil {
		for _, file := range database.OpenFiles(server.PID) {
			if dir := e.Proves(file); dir != "" && !slices.Contains(candidates, dir) {
				candidates = append(candidates, dir)
			}
		}
	}
	var found []InUse
	for _, dir := range candidates {
		id, err := database.IDOf(dir)
		if err != nil || dir == server.Dir && id != server.DirID {
			continue // gone, or a path inside a container
		}
		kind := At(dir)
		if kind == (Kind{}) && e.RecogniseInUse != nil && e.RecogniseInUse(dir) {
			kind = Kind{Engine: e}
		}
		if kind.IsData() {
			found = append(found, InUse{Path: dir, ID: id, Kind: kind})
		}
	}
	return found
}

// server finds the process that works in a directory, or holds its files open.
func (e *Engine) server(found database.Directory) (database.Process, bool) {
	for _, process := range found.Processes {
		if !e.mayServe(process) {
			continue
		}
		if process.DirID == found.ID {
			return process, true
		}
		for _, dir := range DataDirs(process) {
			if dir.ID == found.ID {
				return process, true
			}
		}
	}
	return database.Process{}, false
}

// unseen is a server of the engine whose working directory is hidden from this user; 0
// when there is none.
func (e *Engine) unseen(found database.Directory) int {
	for _, process := range found.Processes {
		if e.mayServe(process) && process.DirID == (database.FileID{}) && os.Geteuid() != 0 {
			return process.PID
		}
	}
	return 0
}

// mayServe: the program is a server of the engine, or of another one of its family.
func (e *Engine) mayServe(process database.Process) bool {
	other := ofProgram(process.Program)
	return other != nil && other.Family == e.Family
}
