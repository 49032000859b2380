package datadir

import (
	"blastguard/guard"
)

// The roles of a database.
const (
	primary   = "primary"
	secondary = "secondary"
	former    = "former" // a stopped primary whose place another server has taken
)

// database is one element of the answer. The fields of type any hold a plain
// value, nil where the question does not apply, or guard.Unmeasured.
type database struct {
	path          string // the data directory
	engine        any    // "postgresql", "mariadb", "mysql", "redis", "mongodb", "etcd"
	version       any
	role          any
	lag           any // seconds
	upstreamAlive any
	identity      any // "postgresql 7301…": the same on all copies of one database
	state         any
	port          any
	running       any // whether a server runs in it
	upstream      any // HOST:PORT of what a secondary follows, or of what took a former primary's place
	evidence      []string
}

// value is the database as policies see it.
func (d database) value() map[string]any {
	evidence := make([]any, len(d.evidence))
	for i, line := range d.evidence {
		evidence[i] = line
	}
	return map[string]any{
		"path": d.path, "engine": d.engine, "version": d.version, "role": d.role, "lag": d.lag,
		"upstream_alive": d.upstreamAlive, "identity": d.identity, "state": d.state, "port": d.port,
		"running": d.running, "upstream": d.upstream,
		"evidence": evidence,
	}
}

// unknown is a part that could not be told.
func unknown(reason string) guard.Unmeasured { return guard.Unmeasured{Reason: reason} }

// roleUnknown leaves open all that depends on the role.
func (d *database) roleUnknown(reason string) {
	d.role, d.lag, d.upstreamAlive = unknown(reason), unknown(reason), unknown(reason)
}

// isPrimary: a primary has no upstream, and nothing to lag behind.
func (d *database) isPrimary() { d.role, d.lag, d.upstreamAlive = primary, nil, nil }

// say adds a line of evidence.
func (d *database) say(line string) { d.evidence = append(d.evidence, guard.Printable(line)) }

// gap is an element for what could not be looked at: it may hold a database, so
// everything about it is unknown.
func gap(path, reason string) database {
	lost := unknown(reason)
	return database{
		path: path, engine: lost, version: lost, role: lost, lag: lost, upstreamAlive: lost,
		identity: lost, state: lost, port: lost, running: lost, upstream: lost, evidence: []string{reason},
	}
}
