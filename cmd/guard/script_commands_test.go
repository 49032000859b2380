package main

import (
	"context"
	"database/sql"
	"os"
	"strconv"
	"strings"
	"sync"

	_ "github.com/mattn/go-sqlite3" // the driver that the log itself uses
	"github.com/rogpeppe/go-internal/testscript"
)

// logCommands do to a script's log what guard must notice.
//
//	sql FILE STATEMENT    change a database behind guard's back
//	hold FILE             take the write lock of a database, until release
//	release               give it back
//	flip FILE OFFSET      invert every bit of one byte of a file
func logCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	held := &locks{byScript: map[*testscript.TestScript]*sql.DB{}}
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"sql": change, "hold": held.hold, "release": held.release, "flip": flip,
	}
}

func database(ts *testscript.TestScript, file, parameters string) *sql.DB {
	db, err := sql.Open("sqlite3", "file:"+ts.MkAbs(file)+"?mode=rw&"+parameters)
	ts.Check(err)
	db.SetMaxOpenConns(1)
	return db
}

func change(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	db := database(ts, args[0], "_busy_timeout=5000")
	defer db.Close()
	result, err := db.ExecContext(context.Background(), args[1])
	ts.Check(err)
	if rows, err := result.RowsAffected(); err != nil || rows == 0 {
		ts.Fatalf("sql %s: no row was changed (%v)", args[1], err)
	}
}

// locks are the write locks that scripts hold.
type locks struct {
	mu       sync.Mutex
	byScript map[*testscript.TestScript]*sql.DB
}

func (l *locks) hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold FILE")
	}
	db := database(ts, args[0], "_txlock=immediate")
	ts.Check(db.PingContext(context.Background()))
	_, err := db.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	ts.Check(err)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byScript[ts] = db
	ts.Defer(func() { l.free(ts) })
}

func (l *locks) release(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: release")
	}
	l.free(ts)
}

func (l *locks) free(ts *testscript.TestScript) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if db := l.byScript[ts]; db != nil {
		db.Close()
		delete(l.byScript, ts)
	}
}

func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE OFFSET")
	}
	offset, err := strconv.Atoi(args[1])
	ts.Check(err)
	content := []byte(ts.ReadFile(args[0]))
	if offset >= len(content) {
		ts.Fatalf("flip %s: it has only %s bytes", strings.Join(args, " "), strconv.Itoa(len(content)))
	}
	content[offset] ^= 0xff
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o600))
}
