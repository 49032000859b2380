package database

import (
	"strconv"
	"strings"
)

// Account is one line of /etc/passwd.
type Account struct {
	Name string
	UID  int
}

// Accounts reads /etc/passwd itself: NSS may ask servers that are down. There are
// none where it cannot be read.
func Accounts() []Account {
	const limit = 4 << 20
	content, err := ReadSmall("/etc/passwd", limit)
	if err != nil {
		return nil
	}
	var found []Account
	for line := range strings.Lines(string(content)) {
		fields := strings.Split(line, ":")
		if len(fields) < 3 {
			continue
		}
		if uid, err := strconv.Atoi(fields[2]); err == nil {
			found = append(found, Account{Name: fields[0], UID: uid})
		}
	}
	return found
}

// AccountName is the name of a uid, "" when /etc/passwd has none.
func AccountName(uid int) string {
	for _, account := range Accounts() {
		if account.UID == uid {
			return account.Name
		}
	}
	return ""
}
