// Package pgtest starts real PostgreSQL servers for tests: a primary with a
// streaming standby, on free loopback ports, each in a directory of its own.
//
// The servers run as a user that is not root (PostgreSQL insists on that), in a
// directory which that user can reach, and end with the test, also when the
// test binary dies. A test that needs them is skipped, by name and reason,
// where PostgreSQL is not installed; with CI=true in the environment it fails.
package pgtest

import (
	"testing"
)

// Superuser is the database user of every server. It needs no password, on the
// socket and on 127.0.0.1.
const Superuser = "postgres"

// Pair is a primary and its streaming standby.
type Pair struct {
	Primary *Server
	Standby *Server
}

// StartPair starts a primary and a standby and waits until the standby streams.
// Both are stopped and removed when the test ends.
func StartPair(t testing.TB) *Pair {
	t.Helper()
	primary := StartPrimary(t)
	return &Pair{Primary: primary, Standby: StartStandby(t, primary)}
}

// StartPrimary starts one server that nobody follows yet.
func StartPrimary(t testing.TB) *Server {
	t.Helper()
	server := newServer(t, findPrograms(t))
	server.run("initdb", "-D", server.Dir, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "--no-instructions")
	server.configure()
	server.Start()
	return server
}

// StartStandby clones a running primary and waits until the clone streams.
func StartStandby(t testing.TB, primary *Server) *Server {
	t.Helper()
	server := newServer(t, primary.programs)
	server.run("pg_basebackup", "-D", server.Dir, "-R", "-X", "stream", "-c", "fast", "--no-sync",
		"-h", "127.0.0.1", "-p", portText(primary.Port), "-U", Superuser)
	server.Start()
	server.WaitStreaming()
	return server
}

// Promote makes the standby a primary and waits until it is one. The old
// primary goes on running.
func (p *Pair) Promote() {
	p.Standby.t.Helper()
	p.Standby.Promote()
}

// Stop shuts both servers down, the primary first.
func (p *Pair) Stop() {
	p.Primary.t.Helper()
	p.Primary.Stop()
	p.Standby.Stop()
}
