package postgres

import (
	"strconv"
	"strings"

	"blastguard/guard/probe/database"
)

// passwordFrom looks a password up in a file of libpq's format
// (host:port:database:user:password, "*" for any); "" when there is none. For
// replication the database is "replication".
func passwordFrom(path string, at endpoint, name, user string) string {
	const limit = 1 << 20
	content, err := database.ReadSmall(path, limit)
	if err != nil {
		return ""
	}
	host := at.host
	if host == "" || strings.HasPrefix(host, "/") {
		host = "localhost"
	}
	wanted := []string{host, strconv.Itoa(at.port), name, user}
	for line := range strings.Lines(string(content)) {
		fields := passFields(strings.TrimRight(line, "\r\n"))
		if len(fields) == 5 && !strings.HasPrefix(line, "#") && matchesAll(fields, wanted) {
			return fields[4]
		}
	}
	return ""
}

func matchesAll(fields, wanted []string) bool {
	for i, want := range wanted {
		if fields[i] != "*" && fields[i] != want {
			return false
		}
	}
	return true
}

// passFields splits at colons; a backslash takes the next character as it is.
func passFields(line string) []string {
	fields := []string{""}
	for i := 0; i < len(line); i++ {
		last := len(fields) - 1
		switch {
		case line[i] == '\\' && i+1 < len(line):
			i++
			fields[last] += string(line[i : i+1])
		case line[i] == ':' && len(fields) < 5:
			fields = append(fields, "")
		default:
			fields[last] += string(line[i : i+1])
		}
	}
	return fields
}
