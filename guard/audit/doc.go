// Package audit is the log: what was asked, what was known, what was decided and how it
// ended. An intent is on disk before its command runs.
//
// It is one SQLite database. Each entry has a body of canonical JSON and a
// random salt; the hash of both is a leaf of a Merkle tree (RFC 6962, as
// golang.org/x/mod/sumdb/tlog computes it), and one row holds the tree's size,
// root and frontier. Everything that is shown or searched derives from the
// bodies. A copy of the newest head is kept beside the database, so that a
// deleted tail or a rollback to an older copy is noticed.
//
// A command makes two entries, each one durable transaction with one sync: the
// intent (accept, reject, decline) and the exit. An accept without an exit is
// an unknown outcome. Claims on floors and budgets are checked and taken in the
// transaction of their accept, so two guards cannot both take the last unit.
//
// What the tree proves: a change to anything that a signed checkpoint on another host, or
// lines in another host's syslog, cover can be proven. Until then, whoever can write to
// the log can replace it.
package audit
