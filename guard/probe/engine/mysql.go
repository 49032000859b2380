package engine

import (
	"path/filepath"
	"strings"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

var mySQL = Engine{
	Name:    "mysql",
	Product: "MySQL",
	Family:  mySQLFamily,

	Marks:     mySQLMarks,
	Recognise: func(_ string, has func(string) bool) bool { return isMySQL(has) },

	Serves: func(program string) bool { return program == "mysqld" },
	Proves: mySQLProves,

	Version:  mySQLVersion,
	Identity: mySQLIdentity,
	ByHand:   "SHOW REPLICA STATUS, SHOW REPLICAS",
}

// mySQLFamily are MySQL and MariaDB: a server called mysqld may be either's.
const mySQLFamily = "mysql"

var mySQLMarks = []string{"ibdata1", "mysql", "mysql.ibd", "aria_log_control", "ib_logfile0", "#innodb_redo", "undo001"}

// isMySQL: the system tablespace beside the system tables or the redo log.
func isMySQL(has func(string) bool) bool {
	parts := 0
	for _, name := range mySQLMarks {
		if has(name) {
			parts++
		}
	}
	own := has("ibdata1") || has("mysql.ibd") || has("aria_log_control") || has("ib_logfile0") || has("#innodb_redo")
	return own && parts >= 2
}

func mySQLProves(file string) string {
	if dir, name := filepath.Split(file); name == "ibdata1" {
		return filepath.Clean(dir)
	}
	return ""
}

// mySQLVersion is what mysql_upgrade left behind, nil without it.
func mySQLVersion(dir string) any {
	for _, name := range []string{"mariadb_upgrade_info", "mysql_upgrade_info"} {
		content, err := database.ReadSmall(filepath.Join(dir, name), 256)
		version := strings.TrimSpace(strings.TrimRight(string(content), "\x00"))
		if err == nil && version != "" && !strings.ContainsAny(version, " \n\x00") {
			return guard.Printable(version)
		}
	}
	return nil
}

// mySQLIdentity is MySQL's server UUID, nil where there is none.
func mySQLIdentity(dir string) any {
	content, err := database.ReadSmall(filepath.Join(dir, "auto.cnf"), 4096)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(line, "=")
		if uuid := strings.TrimSpace(value); strings.TrimSpace(name) == "server-uuid" && uuid != "" {
			return "mysql " + guard.Printable(uuid)
		}
	}
	return nil
}
