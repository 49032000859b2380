package engine

import (
	"path/filepath"
	"slices"
	"strings"

	"blastguard/guard/probe/database"
	"blastguard/guard/probe/postgres"
)

var postgreSQL = Engine{
	Name:    postgres.Engine,
	Product: "PostgreSQL",
	Family:  postgres.Engine,

	Marks:        []string{"PG_VERSION", "global", "base", "pg_wal", "pg_xlog", "archive_status"},
	Recognise:    isPostgreSQL,
	Piece:        postgreSQLPiece,
	Around:       postgreSQLAround,
	AroundPrefix: "PG_",
	Linked:       postgreSQLLinked,

	Serves: postgres.IsServer, // and works in its data directory

	Describe:       postgres.Describe,
	CheckCandidate: postgres.CheckCandidate,
}

// isPostgreSQL: PG_VERSION alone also lies in every database's own directory
// below base.
func isPostgreSQL(dir string, has func(string) bool) bool {
	if has("PG_VERSION") && (has("global") || has("base") || has("pg_wal") || has("pg_xlog")) {
		return true
	}
	return has("global") && database.Exists(filepath.Join(dir, "global", "pg_control"))
}

// isSegment: 24 hexadecimal digits name a file of the write-ahead log.
func isSegment(name string) bool {
	return len(name) >= 24 && strings.Trim(name[:24], "0123456789ABCDEF") == "" && (len(name) == 24 || name[24:] == ".partial")
}

// isTablespaceVersion: PG_15_202209061, PostgreSQL's own directory inside a
// tablespace.
func isTablespaceVersion(name string) bool {
	version, ok := strings.CutPrefix(name, "PG_")
	major, catalog, both := strings.Cut(version, "_")
	digits := func(text string) bool { return text != "" && strings.Trim(text, "0123456789.") == "" }
	return ok && both && digits(major) && digits(catalog) && len(catalog) == 9
}

// hasSegments: files named like a write-ahead log's are among the first.
func hasSegments(dir string) bool {
	for _, name := range database.FirstNames(dir, 10_000) {
		if isSegment(name) {
			return true
		}
	}
	return false
}

// postgreSQLPiece is a write-ahead log outside of the data directory.
func postgreSQLPiece(dir string, has func(string) bool) Piece {
	if has("archive_status") && hasSegments(dir) {
		return Piece{What: "the write-ahead log of a PostgreSQL", State: "write-ahead log"}
	}
	return Piece{}
}

// postgreSQLAround is a tablespace, which is outside of the data directory as well.
func postgreSQLAround(name string) Piece {
	if isTablespaceVersion(name) {
		return Piece{What: "a PostgreSQL tablespace", State: "tablespace"}
	}
	return Piece{}
}

// postgreSQLLinked are the tablespaces and the write-ahead log of a data directory that
// are links to somewhere else.
func postgreSQLLinked(dir string) []Part {
	names := []string{"pg_wal"}
	for _, name := range database.FirstNames(filepath.Join(dir, "pg_tblspc"), 10_000) {
		names = append(names, "pg_tblspc/"+name)
	}
	var parts []Part
	for _, name := range names {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err == nil && !database.Within(path, dir) {
			parts = append(parts, Part{Name: name, Path: path})
		}
	}
	slices.SortFunc(parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	return parts
}
