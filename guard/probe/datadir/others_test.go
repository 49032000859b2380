package datadir

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program finds a real program. Where it is missing the test is skipped, by
// name and reason, and fails in CI when it is one that CI installs.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s: %s is not installed", t.Name(), name)
	}
	return path
}

func TestADirectoryOfMariaDB(t *testing.T) {
	install := program(t, "mariadb-install-db")
	dir := filepath.Join(t.TempDir(), "mysql")
	args := []string{"--no-defaults", "--datadir=" + dir, "--auth-root-authentication-method=normal", "--skip-test-db"}
	if os.Geteuid() == 0 {
		args = append(args, "--user=root")
	}
	if output, err := exec.Command(install, args...).CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, output)
	}
	for _, path := range []string{dir, filepath.Dir(dir), filepath.Join(dir, "mysql"), filepath.Join(dir, "ibdata1")} {
		found := only(t, path)
		wantAttributes(t, found, map[string]any{"path": dir, "engine": "mariadb", "port": nil, "state": "not running"})
		wantUnknown(t, found, "guard cannot ask MariaDB for its role yet")
	}

	port := freePort(t)
	args = []string{"--no-defaults", "--datadir=" + dir, "--bind-address=127.0.0.1", "--port=" + port,
		"--socket=" + filepath.Join(dir, "s"), "--pid-file=" + filepath.Join(dir, "pid"), "--skip-grant-tables", "--innodb-flush-log-at-trx-commit=0"}
	if os.Geteuid() == 0 {
		args = append(args, "--user=root")
	}
	pid := serve(t, exec.Command(program(t, "mariadbd"), args...), port)
	found := only(t, filepath.Join(dir, "mysql"))
	wantAttributes(t, found, map[string]any{"path": dir, "state": "running", "port": numberOf(t, port)})
	wantEvidence(t, found, fmt.Sprintf("MariaDB (pid %d) is running in it, on port %s", pid, port))
}

func TestADirectoryOfRedis(t *testing.T) {
	server := program(t, "redis-server")
	dir := t.TempDir()
	port := freePort(t)
	pid := serve(t, exec.Command(server, "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--dbfilename", "other.rdb"), port)

	// A directory in which Redis works, but has kept nothing yet, holds none.
	if found := measured(t, dir); len(found) != 0 {
		t.Errorf("found %v in an empty directory", found)
	}
	redisCommand(t, port, "SAVE")
	found := only(t, dir)
	wantAttributes(t, found, map[string]any{"path": dir, "engine": "redis", "state": "running", "port": numberOf(t, port)})
	wantUnknown(t, found, "guard cannot ask Redis for its role yet")
	wantEvidence(t, found, fmt.Sprintf("Redis (pid %d) is running in it, on port %s", pid, port))

	stopped := filepath.Join(t.TempDir(), "stopped")
	if err := os.Mkdir(stopped, 0o755); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, "other.rdb"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(stopped, "dump.rdb"), string(content))
	found = only(t, filepath.Dir(stopped))
	wantAttributes(t, found, map[string]any{"path": stopped, "engine": "redis", "state": "not running", "port": nil})
	if version, ok := found["version"].(string); !ok || !strings.Contains(version, ".") {
		t.Errorf("version is %v", found["version"])
	}
	// What lies beside a dump is not Redis's own.
	write(t, filepath.Join(stopped, "project", "main.go"), "package main")
	if found := measured(t, filepath.Join(stopped, "project")); len(found) != 0 {
		t.Errorf("found %v in a directory beside a dump", found)
	}
	write(t, filepath.Join(stopped, "project", "deep", "other.rdb"), "x")
	if found := measured(t, filepath.Join(stopped, "project", "deep", "other.rdb")); len(found) != 0 {
		t.Errorf("found %v below a directory beside a dump", found)
	}
	wantAttributes(t, only(t, filepath.Join(stopped, "dump.rdb")), map[string]any{"path": stopped})
}

func TestRecognisedByWhatIsInIt(t *testing.T) {
	for _, test := range []struct {
		name   string
		files  []string
		engine string // "" for none
	}{
		{"MongoDB with WiredTiger", []string{"WiredTiger", "WiredTiger.lock", "storage.bson", "mongod.lock", "_mdb_catalog.wt", "journal/"}, "mongodb"},
		{"another user of WiredTiger", []string{"WiredTiger", "WiredTiger.lock", "WiredTiger.wt"}, ""},
		{"etcd", []string{"member/wal/0000000000000000-0000000000000000.wal", "member/snap/db"}, "etcd"},
		{"a club with members", []string{"member/anna", "member/snap.jpg"}, ""},
		{"MySQL 8", []string{"ibdata1", "mysql.ibd", "#innodb_redo/", "auto.cnf", "mysql/"}, "mysql"},
		{"MariaDB", []string{"ibdata1", "aria_log_control", "ib_logfile0", "mysql/"}, "mariadb"},
		{"a project with a folder called mysql", []string{"mysql/schema.sql", "base/", "global/"}, ""},
		{"Redis with an append-only log", []string{"appendonlydir/appendonly.aof.manifest"}, "redis"},
		{"a dump.rdb that is none", []string{"dump.rdb"}, ""},
		{"an interrupted base backup", []string{"PG_VERSION", "backup_label", "base/1/PG_VERSION"}, "postgresql"},
		{"a PostgreSQL that was half removed", []string{"global/pg_control"}, "postgresql"},
		{"a PG_VERSION alone", []string{"PG_VERSION"}, ""},
		{"a tablespace", []string{"PG_15_202209061/5/16384"}, "postgresql"},
		{"a write-ahead log", []string{"000000010000000000000001", "archive_status/"}, "postgresql"},
		{"an archive of write-ahead log", []string{"000000010000000000000001"}, ""},
		{"nothing", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "data")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, file := range test.files {
				write(t, dir+"/"+file, "x")
			}
			for _, path := range []string{dir, filepath.Dir(dir)} {
				found := measured(t, path)
				if test.engine == "" && len(found) > 0 {
					t.Errorf("found %v", found)
				}
				if test.engine != "" && (len(found) != 1 || found[0]["engine"] != test.engine || found[0]["path"] != dir) {
					t.Errorf("found %v, want %s in %s", found, test.engine, dir)
				}
				if len(found) == 1 {
					wantUnknown(t, found[0])
				}
			}
		})
	}
}

func TestSomethingBelowADataDirectory(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "etcd/member/wal/0.wal"), "")
	write(t, filepath.Join(dir, "etcd/member/snap/db"), "")
	write(t, filepath.Join(dir, "etcd/other/file"), "")
	write(t, filepath.Join(dir, "wal/000000010000000000000001"), "")
	write(t, dir+"/"+"wal/archive_status/", "")
	for path, owner := range map[string]string{
		"etcd/member":                  "etcd",
		"etcd/member/snap/db":          "etcd",
		"etcd/other":                   "",
		"wal/000000010000000000000001": "wal",
	} {
		found := measured(t, filepath.Join(dir, path))
		if owner == "" && len(found) != 0 || owner != "" && (len(found) != 1 || found[0]["path"] != filepath.Join(dir, owner)) {
			t.Errorf("%s: found %v, want %q", path, found, owner)
		}
	}
}

// write makes a file and its directories; a path that ends in a slash is a
// directory.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, "/") {
		return
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func wantEvidence(t *testing.T, found map[string]any, line string) {
	t.Helper()
	for _, said := range found["evidence"].([]any) {
		if said == line {
			return
		}
	}
	t.Errorf("evidence is %v, without %q", found["evidence"], line)
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func numberOf(t *testing.T, port string) int64 {
	t.Helper()
	var number int64
	if _, err := fmt.Sscan(port, &number); err != nil {
		t.Fatal(err)
	}
	return number
}

// serve runs a server until the test ends, and waits until its port is open.
func serve(t *testing.T, command *exec.Cmd, port string) int {
	t.Helper()
	output, err := os.Create(filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait(); output.Close() })
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			conn.Close()
			return command.Process.Pid
		}
		if time.Now().After(end) {
			said, _ := os.ReadFile(output.Name())
			t.Fatalf("%s does not listen: %s", command.Path, said)
		}
	}
}

// redisCommand sends one command and waits for its answer.
func redisCommand(t *testing.T, port, command string) {
	t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, command+"\r\n"); err != nil {
		t.Fatal(err)
	}
	reply := make([]byte, 64)
	if n, err := conn.Read(reply); err != nil || !strings.HasPrefix(string(reply[:n]), "+OK") {
		t.Fatalf("redis: %q %v", reply[:n], err)
	}
}
