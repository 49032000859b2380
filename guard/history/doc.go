// Package history has the types in which an audit log is read: entries, the filters that
// choose among them, the result of a verification, and the Store that they come from.
//
// It holds plain types and no code that touches a file, a database or a clock.
// guard/audit reads a Store out of SQLite, guard/review renders what a Store
// returns, and neither needs to know the other. historytest checks whether a Store
// keeps what its interface promises.
package history
