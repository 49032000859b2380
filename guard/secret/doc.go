// Package secret masks what must not be written down: passwords, tokens, keys.
//
// Two kinds are found. Exact values are those that policies declared sensitive and
// those that follow a known flag. One that is so long and random that it can be
// no word and no path is masked wherever it stands, also quoted for a shell, escaped as
// in JSON, encoded as in a URL or cut by the end of a line. Any other is masked in its
// place; a declared one also where it is a whole word, but not as a part of a path: what
// was deleted must be in the record. Known forms are masked without being told: flags
// and assignments named like a secret (--password=x, PGPASSWORD=x), passwords
// in URLs, Authorization headers, the short flags of tools that take a password
// (mysql -pX), tokens that carry their maker's prefix, JSON web tokens and
// private keys.
//
// Masking errs to the side of hiding, but leaves what a record lives from:
// hashes, UUIDs, file names. It cannot know a secret that looks like any other
// word and was not declared.
package secret
