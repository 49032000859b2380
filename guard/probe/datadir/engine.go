package datadir

import (
	"path/filepath"
	"strings"
)

// The engines, as the answer names them.
const (
	postgresql = "postgresql"
	mariadb    = "mariadb"
	mysql      = "mysql"
	redis      = "redis"
	mongodb    = "mongodb"
	etcd       = "etcd"
)

// form is which part of a database a directory is.
type form int

const (
	none       form = iota
	data            // a data directory
	tablespace      // of a PostgreSQL, outside its data directory
	walOnly         // the write-ahead log of a PostgreSQL, outside its data directory
)

// kind is what was recognised in a directory; the zero kind is nothing.
type kind struct {
	engine string
	form   form
}

// recognise says what a directory is, by the names in it and, where names are
// too common to mean anything, by what the files hold.
func recognise(dir string, has func(name string) bool) kind {
	switch {
	case isPostgres(dir, has):
		return kind{postgresql, data}
	case isMySQL(has):
		if has("aria_log_control") {
			return kind{mariadb, data}
		}
		return kind{mysql, data}
	case isMongoDB(has):
		return kind{mongodb, data}
	case has("member") && isEtcd(dir):
		return kind{etcd, data}
	case isRedis(dir, has):
		return kind{redis, data}
	case has("archive_status") && hasSegments(dir):
		return kind{postgresql, walOnly}
	default:
		return kind{}
	}
}

// isPostgres: PG_VERSION alone also lies in every database's own directory
// below base.
func isPostgres(dir string, has func(string) bool) bool {
	if has("PG_VERSION") && (has("global") || has("base") || has("pg_wal") || has("pg_xlog")) {
		return true
	}
	return has("global") && exists(filepath.Join(dir, "global", "pg_control"))
}

// isMySQL: the system tablespace beside the system tables or the redo log.
func isMySQL(has func(string) bool) bool {
	parts := 0
	for _, name := range []string{"ibdata1", "mysql", "mysql.ibd", "aria_log_control", "ib_logfile0", "#innodb_redo", "undo001"} {
		if has(name) {
			parts++
		}
	}
	own := has("ibdata1") || has("mysql.ibd") || has("aria_log_control") || has("ib_logfile0") || has("#innodb_redo")
	return own && parts >= 2
}

// isMongoDB: WiredTiger is a library that others use too.
func isMongoDB(has func(string) bool) bool {
	if !has("WiredTiger") && !has("WiredTiger.wt") {
		return false
	}
	return has("storage.bson") || has("mongod.lock") || has("_mdb_catalog.wt")
}

func isEtcd(dir string) bool {
	member := filepath.Join(dir, "member")
	return isDir(filepath.Join(member, "wal")) && isDir(filepath.Join(member, "snap"))
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
	for _, name := range firstNames(dir, 10_000) {
		if isSegment(name) {
			return true
		}
	}
	return false
}
