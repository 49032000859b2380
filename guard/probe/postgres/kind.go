package postgres

import (
	"blastguard/guard"
)

// Kind describes the probe "postgres".
func Kind() guard.ProbeKind {
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
