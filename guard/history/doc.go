// Package history is what an audit log tells: entries, the filters that choose
// among them, what a verification found, and the Store that they are read from.
//
// It holds plain types and no code that touches a file, a database or a clock.
// guard/audit reads a Store out of SQLite, guard/review renders what a Store
// returns, and neither needs to know the other. historytest checks whether a Store
// keeps what its interface promises.
package history
