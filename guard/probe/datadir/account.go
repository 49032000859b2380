package datadir

import (
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// account is one line of /etc/passwd.
type account struct {
	name string
	uid  int
}

// accounts reads /etc/passwd itself: NSS may ask servers that are down.
func accounts() []account {
	const limit = 4 << 20
	content, err := readSmall("/etc/passwd", limit)
	if err != nil {
		return nil
	}
	var found []account
	for line := range strings.Lines(string(content)) {
		fields := strings.Split(line, ":")
		if len(fields) < 3 {
			continue
		}
		if uid, err := strconv.Atoi(fields[2]); err == nil {
			found = append(found, account{name: fields[0], uid: uid})
		}
	}
	return found
}

// nameOf is the name of a uid, "" when /etc/passwd has none.
func nameOf(uid int) string {
	for _, account := range accounts() {
		if account.uid == uid {
			return account.name
		}
	}
	return ""
}

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
	if owner := ownerOf(dir); person == 0 && owner > 0 {
		uid, person = owner, owner
	}
	var logins []login
	for _, user := range []string{nameOf(person), "postgres"} {
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
