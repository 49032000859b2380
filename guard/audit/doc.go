// Package audit is the log: what was asked, what was known, what was decided,
// and how it ended, on disk before anything runs.
//
// It is one SQLite database. Each entry has a body of canonical JSON and a
// random salt; the hash of both is a leaf of a Merkle tree (RFC 6962, as
// golang.org/x/mod/sumdb/tlog computes it), and one row holds the tree's size,
// root and frontier. Everything that is shown or searched derives from the
// bodies. A copy of the newest head stands beside the database, so that a
// deleted tail or an older copy put back is seen.
//
// A command makes two entries, each one durable transaction with one sync: the
// intent (accept, reject, decline) and the exit. An accept without an exit is
// an unknown outcome. Claims on floors and budgets are checked and taken in the
// transaction of their accept, so two guards cannot both take the last unit.
//
// What the tree proves: changes to what has left the host, as a signed
// checkpoint or as lines in another host's syslog, can be proven. Before that,
// whoever may write the log can replace it.
package audit
