package datadir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blastguard/guard"
)

// describeOther says of the engines that guard cannot ask what the files and
// the processes tell.
func describeOther(found site, processes []process) database {
	d := database{path: found.path, engine: found.kind.engine, state: "not running", running: false, evidence: found.why}
	name := productName(found.kind.engine)
	switch found.kind.engine {
	case mariadb, mysql:
		d.version, d.identity = mysqlVersion(found.path), mysqlIdentity(found.path)
	case redis:
		d.version = redisVersion(found.path)
	}
	d.roleUnknown(fmt.Sprintf("guard cannot ask %s for its role yet; find it out by hand (%s), then override this check with a reason", name, byHand(found.kind.engine)))
	server, running := findServer(found, processes)
	if !running {
		if pid := unseen(found, processes); pid != 0 {
			d.running = unknown(fmt.Sprintf("a %s (pid %d) runs, and where cannot be read; %s", name, pid, guard.NeedsRoot))
		}
		d.say("recognised as " + name + " by its files; no server was seen running in it")
		return d
	}
	d.state, d.running = "running", true
	line := fmt.Sprintf("%s (pid %d) is running in it", name, server.pid)
	if ports := listeningOf(server.pid).ports; len(ports) > 0 {
		d.port = int64(ports[0])
		line += fmt.Sprintf(", on port %d", ports[0])
	}
	d.say(line)
	return d
}

func productName(engine string) string {
	switch engine {
	case mariadb:
		return "MariaDB"
	case mysql:
		return "MySQL"
	case redis:
		return "Redis"
	case mongodb:
		return "MongoDB"
	case etcd:
		return "etcd"
	default:
		return engine
	}
}

// byHand is what a person asks a server for its role.
func byHand(engine string) string {
	switch engine {
	case mariadb:
		return "SHOW ALL SLAVES STATUS, SHOW SLAVE HOSTS"
	case mysql:
		return "SHOW REPLICA STATUS, SHOW REPLICAS"
	case redis:
		return "redis-cli ROLE"
	case mongodb:
		return "db.hello()"
	case etcd:
		return "etcdctl endpoint status --cluster"
	default:
		return "ask the server itself"
	}
}

// findServer finds the process that works in a directory, or holds its files
// open.
func findServer(found site, processes []process) (process, bool) {
	for _, process := range processes {
		if !sameEngine(process.engine, found.kind.engine) {
			continue
		}
		if process.dirID == found.id {
			return process, true
		}
		for _, dir := range process.dataDirs() {
			if dir.id == found.id {
				return process, true
			}
		}
	}
	return process{}, false
}

// unseen is a server of the engine whose working directory is hidden from this
// user; 0 when there is none.
func unseen(found site, processes []process) int {
	for _, process := range processes {
		if sameEngine(process.engine, found.kind.engine) && process.dirID == (fileID{}) && os.Geteuid() != 0 {
			return process.pid
		}
	}
	return 0
}

// sameEngine: MariaDB's server is also called mysqld.
func sameEngine(a, b string) bool {
	sql := func(engine string) bool { return engine == mariadb || engine == mysql }
	return a == b || sql(a) && sql(b)
}

// mysqlVersion is what mysql_upgrade left behind, nil without it.
func mysqlVersion(dir string) any {
	for _, name := range []string{"mariadb_upgrade_info", "mysql_upgrade_info"} {
		content, err := readSmall(filepath.Join(dir, name), 256)
		version := strings.TrimSpace(strings.TrimRight(string(content), "\x00"))
		if err == nil && version != "" && !strings.ContainsAny(version, " \n\x00") {
			return guard.Printable(version)
		}
	}
	return nil
}

// mysqlIdentity is MySQL's server UUID, nil where there is none.
func mysqlIdentity(dir string) any {
	content, err := readSmall(filepath.Join(dir, "auto.cnf"), 4096)
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
