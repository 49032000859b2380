package machine

import (
	"bytes"
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
)

const (
	passwdFile  = "/etc/passwd"
	passwdLimit = 4 << 20 // bytes of it that are read
)

// Account is who the process acts as: the effective uid. Its name and home come
// from /etc/passwd; when it is not there (a user of LDAP), the name is that of
// LOGNAME or USER, and the home that of HOME, if the process was not given
// another uid on the way (sudo, a set-uid program).
func Account(env []string) guard.Account {
	uid := os.Geteuid()
	account, found := Lookup(strconv.Itoa(uid))
	if !found && uid == os.Getuid() && variable(env, "SUDO_UID") == "" {
		account.Name = cmp.Or(variable(env, "LOGNAME"), variable(env, "USER"))
		account.Home = variable(env, "HOME")
	}
	account.Known, account.UID = true, uid
	return account
}

// Lookup finds an account in /etc/passwd by its name, or by its number in
// decimal; a name is tried first, as chown does. It reads the file each time,
// and at most 4 MiB of it. An account that only a name service knows is not
// found.
func Lookup(nameOrNumber string) (guard.Account, bool) {
	return lookup(read(passwdFile, passwdLimit), nameOrNumber)
}

func lookup(passwd []byte, nameOrNumber string) (guard.Account, bool) {
	if nameOrNumber == "" {
		return guard.Account{}, false
	}
	var byNumber guard.Account
	for line := range bytes.Lines(passwd) {
		account, ok := parse(line)
		switch {
		case !ok:
		case account.Name == nameOrNumber:
			return account, true
		case !byNumber.Known && strconv.Itoa(account.UID) == nameOrNumber:
			byNumber = account
		}
	}
	return byNumber, byNumber.Known
}

// parse reads one line of passwd: name:password:uid:gid:comment:home:shell.
func parse(line []byte) (guard.Account, bool) {
	fields := strings.Split(strings.TrimRight(string(line), "\r\n"), ":")
	if len(fields) != 7 || fields[0] == "" || strings.HasPrefix(fields[0], "#") {
		return guard.Account{}, false
	}
	uid, err := strconv.ParseUint(fields[2], 10, 32)
	if err != nil {
		return guard.Account{}, false
	}
	return guard.Account{Known: true, Name: fields[0], UID: int(uid), Home: fields[5]}, true
}

// variable is the value of the first variable of that name, as getenv does.
func variable(env []string, name string) string {
	i := slices.IndexFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
	if i < 0 {
		return ""
	}
	return env[i][len(name)+1:]
}
