package engine

import (
	"testing"
)

func TestDirectoriesOfMySQLAndMariaDB(t *testing.T) {
	wantRecognised(t, []recognition{
		{"MySQL 8", named("ibdata1", "mysql.ibd", "#innodb_redo/", "auto.cnf", "mysql/"), &mySQL},
		{"MySQL without its tables", named("ibdata1", "undo001"), &mySQL},
		{"MariaDB", named("ibdata1", "aria_log_control", "ib_logfile0", "mysql/"), &mariaDB},
		{"a MariaDB without InnoDB", named("aria_log_control", "mysql/"), &mariaDB},
		{"a system tablespace alone", named("ibdata1"), nil},
		{"Aria's log alone", named("aria_log_control"), nil},
		{"a project with a folder called mysql", named("mysql/schema.sql", "undo001"), nil},
	})
}

func TestOpenFilesOfMySQL(t *testing.T) {
	for _, e := range []*Engine{&mySQL, &mariaDB} {
		wantProven(t, e, map[string]string{
			"/var/lib/mysql/ibdata1":      "/var/lib/mysql",
			"/var/lib/mysql/ib_logfile0":  "",
			"/var/lib/mysql/ibdata1/x":    "",
			"/var/lib/mysql/shop/x.ibd":   "",
			"/ibdata1":                    "/",
			"socket:[4711]":               "",
			"/tmp/ibdata1 (deleted)":      "",
			"/var/lib/mysql/old/ibdata10": "",
		})
	}
}

func TestTheVersionOfMySQL(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  any
	}{
		"MariaDB's":                      {map[string]string{"mariadb_upgrade_info": "10.11.6-MariaDB"}, "10.11.6-MariaDB"},
		"with a line's end":              {map[string]string{"mariadb_upgrade_info": "11.4.2-MariaDB\n"}, "11.4.2-MariaDB"},
		"MySQL's, which ends with a nul": {map[string]string{"mysql_upgrade_info": "8.0.36\x00"}, "8.0.36"},
		"none":                           {nil, nil},
		"an empty file":                  {map[string]string{"mysql_upgrade_info": ""}, nil},
		"something else":                 {map[string]string{"mysql_upgrade_info": "see the manual"}, nil},
		"a directory of that name":       {named("mysql_upgrade_info/"), nil},
	} {
		if got := mySQL.Version(directory(t, test.files)); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestTheIdentityOfMySQL(t *testing.T) {
	const uuid = "5e1a9b1c-6c2f-11ee-8c99-0242ac120002"
	for name, test := range map[string]struct {
		files map[string]string
		want  any
	}{
		"its UUID":                  {map[string]string{"auto.cnf": "[auto]\nserver-uuid=" + uuid + "\n"}, "mysql " + uuid},
		"with spaces":               {map[string]string{"auto.cnf": "[auto]\n server-uuid = " + uuid + " \n"}, "mysql " + uuid},
		"no file, as with MariaDB":  {nil, nil},
		"a file without one":        {map[string]string{"auto.cnf": "[auto]\nserver-uuid=\n"}, nil},
		"another name":              {map[string]string{"auto.cnf": "[auto]\nold-server-uuid=" + uuid + "\n"}, nil},
		"what is not to be printed": {map[string]string{"auto.cnf": "server-uuid=a\x1b[2Jb\n"}, `mysql a\x1b[2Jb`},
	} {
		if got := mySQL.Identity(directory(t, test.files)); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
