// Package machine says who submitted a command and on which host, for the
// record and for policies.
//
// Everything comes from the kernel and from local files: no network, no name
// service (NSS, LDAP), no cgo, nothing that an outage takes away. Identity is
// in numbers; names are decoration, and missing rather than late. All reads are
// bounded. What is not known is empty, or -1 for a number; nothing here is
// an error, for a command is not refused because an ancestor is hidden.
//
// On systems other than Linux the ancestry, the login uid and the boot id are
// not known.
package machine
