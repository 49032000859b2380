package postgres

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"blastguard/guard/probe/database"
	"blastguard/guard/probe/pgtest"
)

func TestWhatAServerSaysIsBelievedOnlyOfItsOwnDirectory(t *testing.T) {
	dir := t.TempDir()
	control := controlFile{systemID: 7301, state: inProduction}
	itself := postmaster{pid: os.Getpid()}
	for _, test := range []struct {
		name    string
		server  postmaster
		told    answer
		control error
		doubt   string // "" when believed
	}{
		{"its own directory and identity", itself, answer{systemID: "7301", dataDirectory: dir}, nil, ""},
		{"the same directory by another name", itself, answer{systemID: "7301", dataDirectory: dir + "/."}, nil, ""},
		{"a login that may not see the directory", itself, answer{systemID: "7301"}, nil, ""},
		{"another identity", itself, answer{systemID: "7302", dataDirectory: dir}, nil, "system identifier"},
		{"no identity", itself, answer{dataDirectory: dir}, nil, "system identifier"},
		{"another directory", itself, answer{systemID: "7301", dataDirectory: t.TempDir()}, nil, "data directory"},
		{"a directory that does not exist", itself, answer{systemID: "7301", dataDirectory: "/nonexistent"}, nil, "data directory"},
		{"a relative directory", itself, answer{systemID: "7301", dataDirectory: "."}, nil, "data directory"},
		{"a control file that is damaged", itself, answer{systemID: "7301", dataDirectory: dir}, errors.New("damaged"), "damaged"},
		{"a process that is only guessed", postmaster{pid: 1, doubt: "guessed"}, answer{systemID: "7301"}, nil, "guessed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			doubt := mismatch(dir, test.server, test.told, control, test.control)
			if (doubt == "") != (test.doubt == "") || !strings.Contains(doubt, test.doubt) {
				t.Errorf("doubt is %q, want %q", doubt, test.doubt)
			}
		})
	}
}

func TestAClusterWithoutItsUsualDatabase(t *testing.T) {
	server := pgtest.StartPrimary(t)
	conn, listener, err := dialSocket(t.Context(), server.SocketDir, server.Port, -1)
	if err != nil {
		t.Fatal(err)
	}
	if listener != server.PID() {
		t.Errorf("process %d listens, want %d", listener, server.PID())
	}
	session, err := openSession(t.Context(), conn, startup{user: pgtest.Superuser, database: "template1"})
	if err != nil {
		t.Fatal(err)
	}
	defer session.close()
	if _, err := session.query("DROP DATABASE postgres"); err != nil {
		t.Fatal(err)
	}
	if _, err := session.query("SELECT nonsense"); err == nil {
		t.Error("nonsense without an error")
	}
	if row, err := session.row("SELECT 1, NULL", 2); err != nil || word(row[0]) != "1" || row[1] != nil {
		t.Errorf("after an error: %v, %v", row, err)
	}
	id, err := database.IDOf(server.Dir)
	if err != nil {
		t.Fatal(err)
	}
	found := database.Directory{Path: server.Dir, ID: id, Processes: database.Servers(t.Context(), IsServer)}
	if d := Describe(t.Context(), found); d.Role != database.Primary {
		t.Errorf("role is %v, want primary (evidence: %v)", d.Role, d.Evidence)
	}
}

func TestASessionEndsWithItsContext(t *testing.T) {
	server := pgtest.StartPrimary(t)
	ctx, cancel := context.WithCancel(t.Context())
	conn, _, err := dialSocket(ctx, server.SocketDir, server.Port, -1)
	if err != nil {
		t.Fatal(err)
	}
	session, err := openSession(ctx, conn, startup{user: pgtest.Superuser, database: "postgres"})
	if err != nil {
		t.Fatal(err)
	}
	defer session.close()
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := session.query("SELECT pg_sleep(600)"); !database.IsTimeout(err) {
		t.Errorf("a cancelled question: %v", err)
	}
}
