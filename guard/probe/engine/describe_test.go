package engine

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// found is a directory beside these processes.
func found(t *testing.T, dir string, processes ...database.Process) database.Directory {
	t.Helper()
	id, err := database.IDOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	return database.Directory{Path: dir, ID: id, Processes: processes}
}

// ourselves are this test, as a program of that name.
func ourselves(t *testing.T, program, dir string) database.Process {
	t.Helper()
	id, err := database.IDOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	return database.Process{PID: os.Getpid(), Program: program, Dir: dir, DirID: id}
}

func reasonOf(value any) string {
	unmeasured, _ := value.(guard.Unmeasured)
	return unmeasured.Reason
}

func TestWhatIsSaidWhereGuardCannotAsk(t *testing.T) {
	for _, e := range registry {
		if e.Describe != nil || e.Live != nil {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			dir := t.TempDir()
			d := Kind{Engine: e}.Describe(t.Context(), found(t, dir))
			if d.Path != dir || d.Engine != e.Name || d.State != "not running" || d.Running != false || d.Port != nil {
				t.Errorf("without a server: %+v", d)
			}
			want := "guard cannot ask " + e.Product + " for its role yet; find it out by hand (" + e.ByHand + "), then override this check with a reason"
			for what, value := range map[string]any{"role": d.Role, "lag": d.Lag, "upstream_alive": d.UpstreamAlive} {
				if got := reasonOf(value); got != want {
					t.Errorf("%s is %v, want unknown: %s", what, value, want)
				}
			}
			if want := []string{"recognised as " + e.Product + " by its files; no server was seen running in it"}; !slices.Equal(d.Evidence, want) {
				t.Errorf("evidence is %q, want %q", d.Evidence, want)
			}
		})
	}
}

func TestTheServerOfADirectory(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	dir, elsewhere := t.TempDir(), t.TempDir()
	for name, test := range map[string]struct {
		kind    *Engine
		server  database.Process
		running bool
	}{
		"one that works in it":                    {&mongoDB, ourselves(t, "mongod", dir), true},
		"one that works elsewhere":                {&mongoDB, ourselves(t, "mongod", elsewhere), false},
		"another engine's that works in it":       {&mongoDB, ourselves(t, "etcd", dir), false},
		"a program that is no server":             {&mongoDB, ourselves(t, "mongosh", dir), false},
		"MariaDB's, which is also called mysqld":  {&mariaDB, ourselves(t, "mysqld", dir), true},
		"MariaDB's in what looks like a MySQL":    {&mySQL, ourselves(t, "mariadbd", dir), true},
		"PostgreSQL's in what looks like a Redis": {&redis, ourselves(t, "postgres", dir), false},
	} {
		d := Kind{Engine: test.kind}.Describe(t.Context(), found(t, dir, test.server))
		if d.Running != test.running {
			t.Errorf("%s: running is %v", name, d.Running)
			continue
		}
		if !test.running {
			continue
		}
		line := fmt.Sprintf("%s (pid %d) is running in it, on port %d", test.kind.Product, os.Getpid(), port)
		if d.State != "running" || d.Port != int64(port) || !slices.Equal(d.Evidence, []string{line}) {
			t.Errorf("%s: state %v, port %v, evidence %q, want %q", name, d.State, d.Port, d.Evidence, line)
		}
	}
}

// A server works in any directory; what it holds open proves where its data is.
func TestADirectoryByTheFilesThatAServerHoldsOpen(t *testing.T) {
	dir, err := filepath.EvalSymlinks(directory(t, named("ibdata1", "aria_log_control")))
	if err != nil {
		t.Fatal(err)
	}
	server := ourselves(t, "mysqld", t.TempDir())
	if dirs := DataDirs(server); len(dirs) != 0 {
		t.Errorf("nothing is open, and found %v", dirs)
	}
	file, err := os.Open(filepath.Join(dir, "ibdata1"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	dirs := DataDirs(server)
	if len(dirs) != 1 || dirs[0].Path != dir || dirs[0].Kind != (Kind{Engine: &mariaDB}) {
		t.Errorf("found %v, want MariaDB in %s", dirs, dir)
	}
	if d := (Kind{Engine: &mariaDB}).Describe(t.Context(), found(t, dir, server)); d.Running != true {
		t.Errorf("running is %v: %q", d.Running, d.Evidence)
	}
	if dirs := DataDirs(ourselves(t, "postgres", dir)); len(dirs) != 1 || dirs[0].Kind.Engine != &mariaDB {
		t.Errorf("the working directory of another server: %v", dirs)
	}
	if dirs := DataDirs(ourselves(t, "bash", dir)); len(dirs) != 0 {
		t.Errorf("a program that is no server has %v", dirs)
	}
}

func TestADumpByAnotherNameWhereAServerWorks(t *testing.T) {
	dir := directory(t, map[string]string{"other.rdb": dump})
	if dirs := DataDirs(ourselves(t, "redis-server", dir)); len(dirs) != 1 || dirs[0].Kind.Engine != &redis {
		t.Errorf("Redis works in it: %v", dirs)
	}
	if dirs := DataDirs(ourselves(t, "mongod", dir)); len(dirs) != 0 {
		t.Errorf("another server works in it: %v", dirs)
	}
	if dirs := DataDirs(ourselves(t, "redis-server", t.TempDir())); len(dirs) != 0 {
		t.Errorf("a Redis that has saved nothing yet: %v", dirs)
	}
}

func TestAServerThatMayRunSomewhere(t *testing.T) {
	hidden := database.Process{PID: 4711, Program: "mongod"}
	d := Kind{Engine: &mongoDB}.Describe(t.Context(), found(t, t.TempDir(), hidden))
	switch {
	case os.Geteuid() == 0 && d.Running != false:
		t.Errorf("root sees where it works: %v", d.Running)
	case os.Geteuid() != 0 && !strings.Contains(reasonOf(d.Running), "(pid 4711) runs, and where cannot be read"):
		t.Errorf("running is %v", d.Running)
	}
}

// An engine that has learned to ask: the rest is told as before.
func TestAnEngineThatTellsItsRole(t *testing.T) {
	dir := t.TempDir()
	asked := mongoDB
	asked.Offline = func(_ context.Context, d *database.Database, at database.Directory) {
		if d.Running != false || at.Path != dir {
			t.Errorf("asked of %s, running %v", at.Path, d.Running)
		}
		d.Role = database.Secondary
	}
	asked.Live = func(_ context.Context, d *database.Database, at database.Directory, server database.Process) {
		if d.Running != true || at.Path != dir || server.PID != os.Getpid() {
			t.Errorf("asked pid %d of %s, running %v", server.PID, at.Path, d.Running)
		}
		d.IsPrimary()
		d.Say("asked MongoDB")
	}
	kind := Kind{Engine: &asked}
	if d := kind.Describe(t.Context(), found(t, dir)); d.Role != database.Secondary || len(d.Evidence) != 1 {
		t.Errorf("without a server: role %v, evidence %q", d.Role, d.Evidence)
	}
	d := kind.Describe(t.Context(), found(t, dir, ourselves(t, "mongod", dir)))
	if d.Role != database.Primary || d.Lag != nil || len(d.Evidence) != 2 || d.Evidence[1] != "asked MongoDB" {
		t.Errorf("with its server: role %v, lag %v, evidence %q", d.Role, d.Lag, d.Evidence)
	}
	t.Run("its files are not believed beside a server that may be running", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skipf("%s: root sees where every server works", t.Name())
		}
		hidden := database.Process{PID: 4711, Program: "mongod"}
		if d := kind.Describe(t.Context(), found(t, dir, hidden)); d.Role == database.Secondary {
			t.Errorf("role is %v", d.Role)
		}
	})
}

func TestAPieceWithoutItsDatabase(t *testing.T) {
	at := found(t, t.TempDir())
	at.Why = []string{"why"}
	d := Around("PG_15_202209061").Describe(t.Context(), at)
	if d.Engine != "postgresql" || d.State != "tablespace" || reasonOf(d.Running) == "" || d.Evidence[0] != "why" ||
		reasonOf(d.Role) != "a PostgreSQL tablespace lies here, and the database that it belongs to was not found running" {
		t.Errorf("%+v", d)
	}
}
