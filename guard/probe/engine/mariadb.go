package engine

// mariaDB shares its files with MySQL, from which it comes; the log of its Aria tables is
// its own. Its server was called mysqld too, and is so still on some systems.
var mariaDB = Engine{
	Name:    "mariadb",
	Product: "MariaDB",
	Family:  mySQLFamily,

	Marks: mySQLMarks,
	Recognise: func(_ string, has func(string) bool) bool {
		return has("aria_log_control") && isMySQL(has)
	},

	Serves: func(program string) bool { return program == "mariadbd" },
	Proves: mySQLProves,

	Version:  mySQLVersion,
	Identity: mySQLIdentity,
	ByHand:   "SHOW ALL SLAVES STATUS, SHOW SLAVE HOSTS",
}
