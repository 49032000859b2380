// Package secret masks what must not be written down: passwords, tokens, keys.
//
// Two kinds are found. Exact values are those that policies declared sensitive;
// they are masked wherever they stand, also quoted for a shell, escaped as in
// JSON or encoded as in a URL. Known forms are masked without being told: flags
// and assignments named like a secret (--password=x, PGPASSWORD=x), passwords
// in URLs, Authorization headers, the short flags of tools that take a password
// (mysql -pX), tokens that carry their maker's prefix, JSON web tokens and
// private keys.
//
// Masking errs to the side of hiding, but leaves what a record lives from:
// hashes, UUIDs, file names. It cannot know a secret that looks like any other
// word and was not declared.
package secret
