// Package review shows entries of the audit log to people and programs: a list,
// one entry whole, what a verification found; each also as values for JSON. It also
// shows a dry run, line by line.
//
// It only renders. Everything that came from outside is escaped, so that a
// recorded command cannot act on the terminal of its reviewer.
package review
