package main

import (
	"os"
	"path/filepath"

	"blastguard/guard"
	"blastguard/guard/host"
	"blastguard/guard/playbook"
)

// setup is what the world and the flags say of where guard's files are.
func (w world) setup(o placeOptions) host.Setup {
	return host.Setup{
		Env: w.env, Dir: w.dir, Root: w.root,
		Policies: o.policies, NoShipped: o.noShipped, Audit: o.audit,
		Kinds: kinds(), Version: version, Logger: debugLogger(w), Parsing: garbageIsExpected,
	}
}

func findPlaces(w world, o placeOptions) (host.Places, error) { return host.Find(w.setup(o)) }

func (w world) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(w.dir, path)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// libraryLoader loads the policies that decide the steps of a playbook.
type libraryLoader struct{ places host.Places }

// Open reads them as they are at the moment.
func (l libraryLoader) Open() (playbook.Policies, guard.PolicySet, error) {
	files, info, err := l.places.Open()
	if err != nil {
		return nil, info, err
	}
	return library{files}, info, nil
}

// Indexed is what the index of files with that hash says.
func (l libraryLoader) Indexed(hash string) (playbook.Governed, bool) {
	found, ok := l.places.Indexed(hash)
	return playbook.Governed(found), ok
}

// library is the host's, as a playbook knows it.
type library struct{ *host.Library }

func (l library) Governed() (playbook.Governed, error) {
	governed, err := l.Library.Governed()
	return playbook.Governed(governed), err
}

func (l library) IsAsRead(policies playbook.Policies) bool {
	other, ok := policies.(library)
	return ok && l.Library.IsAsRead(other.Library)
}
