package secret

// shape is how a flag of one letter takes its secret.
type shape int

const (
	eitherWay  shape = iota // -pX and -p X
	attached                // only -pX: "-p X" asks, and X is something else
	separate                // only -P X
	userColon               // -u USER:SECRET
	userOther               // -U USER%SECRET, -u USER,SECRET
	cookiePair              // -b NAME=SECRET; a value without "=" is a file
	passPrefix              // -passin pass:SECRET
)

// shortFlags are the flags, of one letter or a few, that take a secret, by program. A
// letter means something else elsewhere: mkdir -p, ssh -p 22, ps -p.
var shortFlags = []struct {
	programs []string
	flag     string
	shape    shape
}{
	{[]string{
		"mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "mysqlslap", "mysqlpump", "mysqlbinlog",
		"mariadb", "mariadb-dump", "mariadb-admin", "mariadb-import", "mariadb-check", "mariadb-show", "mariadb-binlog", "mariadb-backup", "xtrabackup", "mydumper",
	}, "-p", attached},
	{[]string{"sshpass", "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "docker", "podman", "nerdctl", "buildah", "cqlsh", "nodetool"}, "-p", eitherWay},
	{[]string{"useradd", "usermod", "groupadd", "groupmod", "newusers"}, "-p", separate},
	{[]string{"redis-cli", "valkey-cli", "keydb-cli"}, "-a", eitherWay},
	{[]string{"ldapsearch", "ldapmodify", "ldapdelete", "ldapadd", "ldappasswd", "ldapwhoami"}, "-w", eitherWay},
	{[]string{"ldappasswd"}, "-s", eitherWay}, {[]string{"ldappasswd"}, "-a", eitherWay},
	{[]string{"sqlcmd", "bcp", "isql", "tsql", "ipmitool", "impitool", "zip", "unzip", "zipcloak", "fcrackzip", "influx"}, "-P", eitherWay},
	{[]string{"nodetool"}, "-pw", separate}, {[]string{"influx"}, "-password", separate},
	{[]string{"7z", "7za", "7zr", "7zz", "rar", "unrar"}, "-p", attached}, {[]string{"rar"}, "-hp", attached},
	{[]string{"snmpset", "snmpget", "snmpwalk", "snmpbulkwalk", "snmpbulkget", "snmpgetnext", "snmptrap", "snmpinform", "snmptable"}, "-c", eitherWay},
	{[]string{"snmpset", "snmpget", "snmpwalk", "snmpbulkwalk", "snmpbulkget", "snmpgetnext", "snmptrap", "snmpinform", "snmptable"}, "-A", eitherWay},
	{[]string{"snmpset", "snmpget", "snmpwalk", "snmpbulkwalk", "snmpbulkget", "snmpgetnext", "snmptrap", "snmpinform", "snmptable"}, "-X", eitherWay},
	{[]string{"curl"}, "-u", userColon}, {[]string{"curl"}, "-U", userColon}, {[]string{"curl"}, "-b", cookiePair},
	{[]string{"http", "https", "xh", "xhs"}, "-a", userColon}, {[]string{"ab"}, "-A", userColon}, {[]string{"siege", "wrk"}, "-a", userColon},
	{[]string{"smbclient", "rpcclient", "net", "smbget", "smbmap", "smbpasswd", "nmblookup", "winexe", "smbcacls", "smbtree"}, "-U", userOther},
	{[]string{"lftp"}, "-u", userOther},
	{[]string{"openssl"}, "-passin", passPrefix}, {[]string{"openssl"}, "-passout", passPrefix}, {[]string{"openssl"}, "-pass", passPrefix}, {[]string{"openssl"}, "-k", separate},
	{[]string{"xfreerdp", "xfreerdp3", "wlfreerdp", "rdesktop"}, "-p", eitherWay}, {[]string{"xfreerdp", "xfreerdp3", "wlfreerdp"}, "/p:", attached},
	{[]string{"plink", "pscp", "psftp", "putty"}, "-pw", separate},
	{[]string{"keytool"}, "-storepass", separate}, {[]string{"keytool"}, "-keypass", separate},
	{[]string{"msfconsole", "hydra", "medusa"}, "-p", eitherWay},
}

// userFlags are the long flags of programs that take USER:SECRET.
var userFlags = map[string][]string{
	"curl": {"--user", "--proxy-user"}, "etcdctl": {"--user"}, "http": {"--auth"}, "https": {"--auth"}, "xh": {"--auth"}, "xhs": {"--auth"},
	"elasticsearch-certutil": {"--user"}, "influx": {"--auth"},
}

// prompting are programs whose --password asks, and takes no value.
var prompting = []string{"psql", "pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "createdb", "dropdb", "createuser", "dropuser", "vacuumdb", "reindexdb"}
