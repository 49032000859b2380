package approve

import (
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
)

// standby is the question of the famous night, as it should have been asked.
func standby() guard.Question {
	return guard.Question{
		Request: guard.Request{
			Argv:     []string{"rm", "-Rvf", "/var/opt/gitlab/postgresql/data"},
			Dir:      "/root",
			Operator: guard.Operator{Name: "maria"},
			Account:  guard.Account{Known: true, Name: "root"},
			Host:     guard.Host{Name: "db2.cluster.gitlab.com"},
		},
		Decision: guard.Decision{
			Effect:  guard.Confirm,
			Summary: "delete /var/opt/gitlab/postgresql/data",
			Checks: []guard.Check{
				{Policy: "data-directory", Name: "role", Status: guard.Passes, Effect: guard.Allow, Value: "secondary", Limit: "must be secondary", Pos: "policies/postgres.hcl:12"},
				{Policy: "data-directory", Name: "backup", Status: guard.Passes, Effect: guard.Allow, Value: "302 GB, 6 h old", Limit: "at least 100 GB, at most 24 h old", Pos: "policies/postgres.hcl:18"},
				{Policy: "filesystem", Name: "blast_radius.entries.max", Status: guard.Fails, Level: guard.Advisory, Effect: guard.Warn, Value: "41,210 entries", Limit: "at most 10,000", Pos: "policies/rm.hcl:31"},
				{Policy: "filesystem", Name: "rule.quiet hours", Status: guard.Unknown, Level: guard.SoftMandatory, Effect: guard.Confirm, Overridden: true, Message: "the calendar did not answer in 3 s", Pos: "policies/rm.hcl:40"},
			},
			Confirmations: []guard.Confirmation{{Text: "secondary db2.cluster.gitlab.com", Show: true}},
			Targets:       []guard.Target{{Given: "/var/opt/gitlab/postgresql/data", Resolved: "/srv/pg/data", Detail: "directory, 41,210 entries"}},
			Measures:      []guard.Measure{{Policy: "filesystem", Unit: "entries", Text: "41,210 entries of 3,201,144 (1.3 %), 1 mount"}},
			Roles:         []guard.Role{{Of: "/srv/pg/data", Role: "secondary", Detail: "PostgreSQL 15, 4 s behind db1"}},
		},
		PolicyLine: "1a2b3c4d · 6 shipped, 2 of /etc/guard, newest 12 days old",
		LogLine:    "/var/lib/guard/audit.db",
	}
}

// plainly is a question with one short text and nothing else.
func plainly(text string) guard.Question {
	return guard.Question{
		Request: guard.Request{
			Argv:    []string{"rm", "-rf", "/srv/a"},
			Account: guard.Account{Known: true, Name: "root"},
			Host:    guard.Host{Name: "db2"},
		},
		Decision: guard.Decision{
			Effect:        guard.Confirm,
			Confirmations: []guard.Confirmation{{Text: text, Show: true}},
		},
	}
}

// hostile holds whatever a terminal could stumble over.
func hostile() guard.Question {
	q := standby()
	q.Request.Argv = []string{"rm", "\x1b[2J\x1b]0;owned\x07", "\u202egnp.exe", "\xff\xfe", "a\nb\tc", "日本語のディレクトリ", "e" + strings.Repeat("\u0301", 50)}
	q.Request.Host.Name = "db\x1b[31m2"
	q.Decision.Summary = "delete \r\x1b[1A\u2066all"
	q.Decision.Targets = []guard.Target{{Given: "\x9b2J", Resolved: "/srv/\u200b日本\x00語"}}
	q.Decision.Roles[0].Detail = "\x1bP+q\x1b\\"
	q.Changes = []string{"target: now \x1b[8m/etc"}
	q.PolicyLine, q.LogLine = "\x1b[?1049h", "\x85log"
	return q
}

// many has 41,210 targets and twelve checks.
func many() guard.Question {
	q := standby()
	q.Decision.Targets = nil
	for i := range 41210 {
		q.Decision.Targets = append(q.Decision.Targets, guard.Target{Given: "d" + strconv.Itoa(i), Resolved: "/srv/data/d" + strconv.Itoa(i), Detail: "file"})
	}
	for i := range 12 {
		q.Decision.Checks = append(q.Decision.Checks, guard.Check{Policy: "capacity", Name: "blast_radius.servers.max[pool" + strconv.Itoa(i) + "]", Status: guard.Passes, Effect: guard.Allow, Value: "3 servers", Limit: "at most 5"})
	}
	q.Changes = []string{"blast_radius.servers: 3, was 2"}
	return q
}

// endless has 100,000 arguments.
func endless() guard.Question {
	q := standby()
	q.Request.Argv = []string{"rm", "-f"}
	for i := range 100_000 {
		q.Request.Argv = append(q.Request.Argv, "/srv/spool/message-"+strconv.Itoa(i))
	}
	return q
}

// fromMemory asks for a text that is not shown, with time to think.
func fromMemory() guard.Question {
	q := plainly("db2")
	q.Decision.Confirmations[0] = guard.Confirmation{Text: "db2", Hint: "the name of this host", Delay: time.Second}
	return q
}

// twice asks for two texts.
func twice() guard.Question {
	q := standby()
	q.Decision.Confirmations = append(q.Decision.Confirmations, guard.Confirmation{Text: "index 26", Show: true})
	return q
}

// named are the questions that a child process can be told to ask.
func questionNamed(name string) guard.Question {
	switch name {
	case "standby":
		return standby()
	case "hostile":
		return hostile()
	case "many":
		return many()
	case "endless":
		return endless()
	case "from memory":
		return fromMemory()
	case "twice":
		return twice()
	case "short deadline":
		q := plainly("db2:/srv/a")
		q.Decision.Confirmations[0].Deadline = 700 * time.Millisecond
		return q
	case "delay":
		q := plainly("db2:/srv/a")
		q.Decision.Confirmations[0].Delay = 30 * time.Second
		return q
	case "short delay":
		q := plainly("db2:/srv/a")
		q.Decision.Confirmations[0].Delay = 600 * time.Millisecond
		return q
	case "limits":
		q := plainly("db2:/srv/a")
		q.Decision.Confirmations[0].Unattended = guard.UnattendedLimits
		q.Decision.Checks = []guard.Check{{Policy: "p", Name: "role", Status: guard.Passes}}
		return q
	default:
		return plainly("db2:/srv/a")
	}
}
