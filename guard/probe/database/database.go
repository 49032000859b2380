package database

import (
	"blastguard/guard"
)

// The roles of a database.
const (
	Primary   = "primary"
	Secondary = "secondary"
	Former    = "former" // a stopped primary whose place another server has taken
)

// Database is one element of the answer. The fields of type any hold a plain
// value, nil where the question does not apply, or guard.Unmeasured.
type Database struct {
	Path          string // the data directory
	Engine        any    // its name: "postgresql", "mariadb", …
	Version       any
	Role          any
	Lag           any // seconds
	UpstreamAlive any
	Identity      any // "postgresql 7301…": the same on all copies of one database
	State         any
	Port          any
	Running       any // whether a server runs in it
	Upstream      any // HOST:PORT of what a secondary follows, or of what took a former primary's place
	Evidence      []string
}

// Value is the database as policies see it.
func (d Database) Value() map[string]any {
	evidence := make([]any, len(d.Evidence))
	for i, line := range d.Evidence {
		evidence[i] = line
	}
	return map[string]any{
		"path": d.Path, "engine": d.Engine, "version": d.Version, "role": d.Role, "lag": d.Lag,
		"upstream_alive": d.UpstreamAlive, "identity": d.Identity, "state": d.State, "port": d.Port,
		"running": d.Running, "upstream": d.Upstream,
		"evidence": evidence,
	}
}

// Unknown is a part that could not be told.
func Unknown(reason string) guard.Unmeasured { return guard.Unmeasured{Reason: reason} }

// RoleUnknown leaves open all that depends on the role.
func (d *Database) RoleUnknown(reason string) {
	d.Role, d.Lag, d.UpstreamAlive = Unknown(reason), Unknown(reason), Unknown(reason)
}

// IsPrimary says that it is one: a primary has no upstream, and nothing to lag behind.
func (d *Database) IsPrimary() { d.Role, d.Lag, d.UpstreamAlive = Primary, nil, nil }

// Say adds a line of evidence, made printable.
func (d *Database) Say(line string) { d.Evidence = append(d.Evidence, guard.Printable(line)) }

// Gap is an element for what could not be looked at: it may hold a database, so
// everything about it is unknown.
func Gap(path, reason string) Database {
	lost := Unknown(reason)
	return Database{
		Path: path, Engine: lost, Version: lost, Role: lost, Lag: lost, UpstreamAlive: lost,
		Identity: lost, State: lost, Port: lost, Running: lost, Upstream: lost, Evidence: []string{reason},
	}
}
