package datadir

import (
	"blastguard/guard"
)

// Kind describes the probe "datadir".
func Kind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "datadir",
		Params: []guard.ProbeParam{
			{Name: "paths", Type: guard.ListParam, Required: true, Doc: "the files or directories that will be hit"},
			{Name: "dir", Type: guard.StringParam, Doc: "where relative paths start; guard's working directory unless given"},
			{Name: "follow", Type: guard.BoolParam, Doc: "false when the program hits a link itself and not what it leads to; true unless given"},
			{Name: "candidates", Type: guard.ListParam, Doc: "connection strings of servers that may have taken a stopped primary's place; those of this host and the one in its own primary_conninfo are asked anyway. No passwords: passfile=FILE"},
		},
		Result: []string{"found"},
		Doc:    "the databases that own these directories, running or not, each with its role",
	}
}

// PostgresKind describes the probe "postgres".
func PostgresKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "postgres",
		Params: []guard.ProbeParam{
			{Name: "host", Type: guard.StringParam, Doc: "an address, or the directory of the socket; unless given, the usual socket directories, then 127.0.0.1"},
			{Name: "port", Type: guard.NumberParam, Doc: "5432 unless given"},
			{Name: "user", Type: guard.StringParam, Doc: "the database user; postgres unless given"},
			{Name: "database", Type: guard.StringParam, Doc: "postgres unless given"},
			{Name: "passfile", Type: guard.StringParam, Doc: "a password file in libpq's format; none unless given"},
			{Name: "data_directory", Type: guard.StringParam, Doc: "refuse any server that has another data directory"},
		},
		Result: []string{"role", "lag", "upstream_alive", "identity", "version", "data_directory", "port", "dependents"},
		Doc:    "the role of a PostgreSQL server, asked of the server itself",
	}
}
