package secret

import (
	"path"
	"strings"
)

// word is one word of a command, and where it stands.
type word struct {
	text string
	nr   int // in argv
	at   int // in a text, in bytes
	ends bool
}

// shortFlags are the one-letter flags that take a secret, by program.
// Attached: only as -pX; "-p X" would be a database's name.
var shortFlags = []struct {
	programs []string
	flag     string
	attached bool
}{
	{[]string{
		"mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "mysqlslap", "mysqlpump", "mysqlbinlog",
		"mariadb", "mariadb-dump", "mariadb-admin", "mariadb-import", "mariadb-check", "mariadb-show", "mariadb-binlog", "mariadb-backup", "xtrabackup",
	}, "-p", true},
	{[]string{"sshpass", "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "docker", "podman"}, "-p", false},
	{[]string{"redis-cli"}, "-a", false},
	{[]string{"ldapsearch", "ldapmodify", "ldapdelete", "ldapadd", "ldappasswd"}, "-w", false},
	{[]string{"sqlcmd"}, "-P", false},
	{[]string{"curl"}, "-u", false},
}

// prompting are programs whose --password asks, and takes no value.
var prompting = []string{"psql", "pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "createdb", "dropdb", "createuser", "dropuser", "vacuumdb", "reindexdb"}

// eachFlagValue calls found for the part of a word that is the secret of a
// flag: "--password x", "-pX" after mysql.
func eachFlagValue(words []word, found func(w word, from, to int)) {
	program := ""
	for i, w := range words {
		base := path.Base(w.text)
		if isTool(base) {
			program = base
		}
		next := word{}
		if i+1 < len(words) && !w.ends {
			next = words[i+1]
		}
		switch {
		case longFlag(w.text, program) && next.text != "" && !strings.HasPrefix(next.text, "-"):
			found(next, 0, len(next.text))
		case program == "curl" && (w.text == "--user" || w.text == "--proxy-user"):
			foundUser(next, 0, found)
		default:
			shortFlag(program, w, next, found)
		}
		if w.ends {
			program = ""
		}
	}
}

func longFlag(text, program string) bool {
	return strings.HasPrefix(text, "-") && len(text) > 2 && !strings.ContainsAny(text, "=:/. ") && sensitive(text) && !contains(prompting, program)
}

func shortFlag(program string, w, next word, found func(w word, from, to int)) {
	for _, known := range shortFlags {
		if !contains(known.programs, program) || !strings.HasPrefix(w.text, known.flag) {
			continue
		}
		switch {
		case program == "curl" && len(w.text) > 2:
			foundUser(w, 2, found)
		case program == "curl":
			foundUser(next, 0, found)
		case len(w.text) > 2 && !isPublish(program, w.text[2:]):
			found(w, 2, len(w.text))
		case len(w.text) == 2 && !known.attached && next.text != "" && !isPublish(program, next.text):
			found(next, 0, len(next.text))
		}
	}
}

// isPublish: docker run -p 8080:80 is a port.
func isPublish(program, value string) bool {
	return (program == "docker" || program == "podman") && strings.Trim(value, "0123456789.:-/tcpud") == ""
}

// foundUser is the password of user:password.
func foundUser(w word, at int, found func(w word, from, to int)) {
	if i := strings.IndexByte(w.text[at:], ':'); i >= 0 {
		found(w, at+i+1, len(w.text))
	}
}

func isTool(base string) bool {
	for _, known := range shortFlags {
		if contains(known.programs, base) {
			return true
		}
	}
	return contains(prompting, base)
}

func contains(list []string, text string) bool {
	for _, item := range list {
		if item == text {
			return true
		}
	}
	return false
}

func findFlags(found spans, s string, words []word) spans {
	eachFlagValue(words, func(w word, from, to int) {
		found = append(found, span{w.at + from, w.at + to})
	})
	return found
}

// textWords cuts shell text into words, roughly: at blanks and operators, with
// a quoted part that begins a word as one word, without its quotes.
func textWords(s string) []word {
	if !strings.Contains(s, " -") {
		return nil // no flag, no value of one
	}
	var words []word
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case isSpace(c):
			i++
		case strings.IndexByte(";&|()\n", c) >= 0:
			if len(words) > 0 {
				words[len(words)-1].ends = true
			}
			i++
		case isQuote(c):
			i++
			if i < len(s) && !isSpace(s[i]) && len(words) > 0 && strings.HasPrefix(words[len(words)-1].text, "-") {
				to := quotedEnd(s, i, c, false)
				words = append(words, word{text: s[i:to], at: i})
				i = to
			}
		default:
			to := i
			for to < len(s) && !isSpace(s[to]) && !isQuote(s[to]) && strings.IndexByte(";&|()", s[to]) < 0 {
				to++
			}
			words = append(words, word{text: s[i:to], at: i})
			i = to
		}
	}
	return words
}
