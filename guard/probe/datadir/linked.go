package datadir

import (
	"path/filepath"
	"slices"
	"strings"
)

// part is a piece of a PostgreSQL that lies outside its data directory.
type part struct {
	name string // "pg_wal", "pg_tblspc/16384"
	path string // resolved
}

// linkedParts are the tablespaces and the write-ahead log of a PostgreSQL data
// directory that are links to somewhere else.
func linkedParts(owner site) []part {
	if owner.kind.engine != postgresql || owner.kind.form != data {
		return nil
	}
	names := []string{"pg_wal"}
	for _, name := range firstNames(filepath.Join(owner.path, "pg_tblspc"), 10_000) {
		names = append(names, "pg_tblspc/"+name)
	}
	var parts []part
	for _, name := range names {
		path, err := filepath.EvalSymlinks(filepath.Join(owner.path, name))
		if err == nil && !within(path, owner.path) {
			parts = append(parts, part{name: name, path: path})
		}
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return parts
}

// dataDirs are the data directories of a running server, by its working
// directory and the files that it holds open.
func (p process) dataDirs() []site {
	var candidates []string
	if p.dir != "" {
		candidates = append(candidates, p.dir)
	}
	if p.engine != postgresql {
		for _, file := range openFiles(p.pid) {
			if dir := dataDirOf(p.engine, file); dir != "" && !slices.Contains(candidates, dir) {
				candidates = append(candidates, dir)
			}
		}
	}
	var found []site
	for _, dir := range candidates {
		id, err := idOf(dir)
		if err != nil || dir == p.dir && id != p.dirID {
			continue // gone, or a path inside a container
		}
		kind := p.recognise(dir)
		if kind.form == data {
			found = append(found, site{path: dir, id: id, kind: kind})
		}
	}
	return found
}

// recognise is more generous than for a directory that nobody uses: a Redis may
// call its dump anything.
func (p process) recognise(dir string) kind {
	found := recognise(dir, func(name string) bool { return exists(filepath.Join(dir, name)) })
	if found != (kind{}) || p.engine != redis {
		return found
	}
	for _, name := range firstNames(dir, 10_000) {
		if strings.HasSuffix(name, ".rdb") && isDump(filepath.Join(dir, name)) {
			return kind{redis, data}
		}
	}
	return kind{}
}

// dataDirOf is the data directory that an open file proves, "" when none.
func dataDirOf(engine, file string) string {
	dir, name := filepath.Split(file)
	dir = filepath.Clean(dir)
	switch engine {
	case mariadb, mysql:
		if name == "ibdata1" {
			return dir
		}
	case mongodb:
		if name == "mongod.lock" || name == "WiredTiger.lock" {
			return dir
		}
	case redis:
		if filepath.Base(dir) == "appendonlydir" {
			return filepath.Dir(dir)
		}
		if strings.HasSuffix(name, ".aof") {
			return dir
		}
	case etcd:
		if base, ok := strings.CutSuffix(file, "/member/snap/db"); ok {
			return base
		}
	}
	return ""
}
