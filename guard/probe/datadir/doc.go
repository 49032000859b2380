// Package datadir says which databases own a directory, running or not, and in
// which role: primary or secondary.
//
// It recognises data directories by what is in them (PostgreSQL, MariaDB and
// MySQL, Redis, MongoDB, etcd): the directory itself, one that lies anywhere
// below it, one that it lies in, and the tablespaces and write-ahead logs that a
// PostgreSQL keeps elsewhere. That a directory holds no database follows from
// the directory alone; other people's processes need not be readable for it. A
// search that could not be finished, or a directory that could not be read, is
// never "no database": it is an unknown part of the answer, with its reason.
//
// For PostgreSQL the role comes from the running server, when there is one. It
// is the process that has the data directory as its working directory, whatever
// a left-over postmaster.pid says, and it is believed only if it says itself
// that this is its data directory and its system identifier is the one in
// global/pg_control. A server that runs and does not answer leaves the role
// unknown: the control file is never taken for the truth beside a running
// server. Without a server the role comes from global/pg_control (whose version
// and checksum are verified first) together with standby.signal; where the two
// contradict each other it is unknown.
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
package datadir
