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
