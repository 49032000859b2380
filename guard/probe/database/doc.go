// Package database holds what the engines and the search for their directories
// have in common: what is answered about one database, the servers that run on
// this host, what they hold open and where they listen, and connections to them
// as another user of this host.
//
// It knows no engine. Whose server a program is, its callers say.
//
// Accounts are looked up in /etc/passwd, never through NSS, and of other people's
// processes it sees only what the kernel shows to this user.
package database
