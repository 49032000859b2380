// Package postgres says which PostgreSQL runs in a data directory, and in which
// role: primary, secondary, or a former primary. It answers the probe "postgres",
// and describes data directories for the probe "datadir".
//
// The role comes from the running server, when there is one. It is the process
// that has the data directory as its working directory, whatever a left-over
// postmaster.pid says, and it is believed only if it says itself that this is its
// data directory and its system identifier is the one in global/pg_control. A
// server that runs and does not answer leaves the role unknown: the control file
// is never taken for the truth beside a running server. Without a server the role
// comes from global/pg_control (whose version and checksum are verified first)
// together with standby.signal; where the two contradict each other it is unknown.
//
// A secondary's upstream_alive means: guard itself connected to the upstream,
// and that says that it is a primary with the same system identifier. What a
// standby believes of its own WAL receiver does not count.
//
// The package talks to PostgreSQL with the message types of pgx and a small
// session of its own, because pgconn's configuration reads the operator's
// environment and home directory (PGSERVICE, PGOPTIONS, ~/.pgpass), which must
// not decide what guard believes. Accounts are looked up in /etc/passwd, never
// through NSS. Passwords are used only from the standby's own configuration,
// only towards its upstream, and never appear in evidence, reasons or errors.
package postgres
