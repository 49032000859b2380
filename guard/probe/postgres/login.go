package postgres

import (
	"net/netip"
	"os"

	"blastguard/guard/probe/database"
)

// login is who guard is to a server: a user of this host, whom peer
// authentication sees, and a database user.
type login struct {
	uid  int // -1: guard's own
	user string
}

// loginsFor are the logins to try on the server of a data directory. Root takes
// the identity of the directory's owner, as an administrator would with sudo;
// others are themselves.
func loginsFor(dir string) []login {
	uid := -1
	person := os.Geteuid()
	if owner := database.OwnerOf(dir); person == 0 && owner > 0 {
		uid, person = owner, owner
	}
	var logins []login
	for _, user := range []string{database.AccountName(person), "postgres"} {
		if user != "" && (len(logins) == 0 || logins[0].user != user) {
			logins = append(logins, login{uid: uid, user: user})
		}
	}
	if uid >= 0 {
		logins = append(logins, login{uid: -1, user: "postgres"})
	}
	return logins
}

// isNumeric: an IP address, which needs no name service.
func isNumeric(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
