package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"blastguard/guard"
)

// Config is what a Log needs from its surroundings.
type Config struct {
	// Path of the database: …/audit.db. Beside it stand PATH-wal and PATH-shm
	// (SQLite's), PATH.head and, after the first checkpoint, audit.key and audit.pub.
	Path string
	// Syslog gets one line per decision; nil: none.
	Syslog Syslog
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Random is where salts come from; nil: crypto/rand.
	Random io.Reader
	// Notice is called with one line for the person about a problem of the log that did
	// not keep it from being written. nil: such problems are not reported.
	Notice func(text string)
	// Logger may be nil.
	Logger guard.Logger
	// Waiting is called once with a *Locked when an outcome cannot be written yet;
	// nil: that is not reported.
	Waiting func(error)
}

// OutcomePatience is how long an outcome waits for a log that another process holds, or
// for descriptors or memory. The command has run: its outcome must not be lost because a
// backup takes a moment.
const OutcomePatience = time.Minute

// A Log is an audit log opened for writing. Its methods may be called from
// several goroutines, and any number of processes may have it open.
type Log struct {
	one    sync.Mutex // held for a transaction: the steps of a script share the connection
	conn   *conn
	config Config
	mode   fs.FileMode // of the files beside the database
	schema int64       // SQLite's count of changes to it, when it was found to be guard's own
	self   self
	// headMissing: there was no copy of the head, and no entry that says so is on disk yet.
	headMissing bool
	// stuck is how long another process may hold the log without any progress;
	// outcome is how long when an outcome is to be written.
	stuck, outcome time.Duration
	spare          spare
}

// surroundings are what tests replace.
type surroundings struct {
	magic func(dir string) (int64, error)
}

// Open opens the log at c.Path, and creates it with its directory when there is
// none. It refuses a log that would not be durable: on a network file system,
// with another SQLite or other settings than it asked for. The files belong to
// the owner alone, or to the group too when the group may write the directory.
func Open(ctx context.Context, c Config) (*Log, error) {
	return open(ctx, c, surroundings{magic: statfsMagic})
}

func open(ctx context.Context, c Config, s surroundings) (*Log, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return nil, fmt.Errorf("open audit log %q: %w", c.Path, err)
	}
	c.Path = path
	l := &Log{config: c, stuck: 2 * time.Second, outcome: OutcomePatience}
	if err := l.open(ctx, s); err != nil {
		return nil, explain("open", path, err)
	}
	return l, nil
}

func (l *Log) open(ctx context.Context, s surroundings) error {
	if err := checkSQLite(); err != nil {
		return err
	}
	if err := place(ctx, l.config.Path); err != nil {
		return err
	}
	if err := checkFileSystem(filepath.Dir(l.config.Path), s); err != nil {
		return err
	}
	mode, err := fileMode(filepath.Dir(l.config.Path))
	if err != nil {
		return err
	}
	l.mode, l.self = mode, currentSelf("")
	c, err := connect(l.config.Path, writing)
	if err != nil {
		return err
	}
	version, err := checkSchema(ctx, c)
	if err := errors.Join(checkPragmas(ctx, c), err); err != nil {
		return errors.Join(err, c.close())
	}
	l.conn, l.schema, l.spare = c, version, newSpare()
	return nil
}

func checkFileSystem(dir string, s surroundings) error {
	magic, err := s.magic(dir)
	if err != nil {
		return err
	}
	if name := networkName(magic); name != "" {
		return fmt.Errorf("%s is on %s, where its locks cannot be trusted: put the log on a local disk", dir, name)
	}
	return nil
}

// writing are the DSN parameters of a connection that writes. Pragmas belong to
// a connection; the driver's own synchronous is NORMAL, which loses commits in a
// power cut. Checkpoints of the WAL are left to Close, off the command's path.
const writing = "mode=rw&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=250"

// checkPragmas reads back what the DSN asked for: a misspelt or ignored one
// must not cost an entry.
func checkPragmas(ctx context.Context, c *conn) error {
	if err := c.exec(ctx, "PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON"); err != nil {
		return err
	}
	for _, pragma := range []struct{ name, want string }{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"wal_autocheckpoint", "0"}, {"busy_timeout", "250"},
	} {
		row, err := c.one(ctx, "PRAGMA "+pragma.name)
		if err != nil {
			return err
		}
		if got := fmt.Sprint(row[0]); got != pragma.want {
			return fmt.Errorf("it would not be durable: %s is %q, must be %q", pragma.name, got, pragma.want)
		}
	}
	return nil
}

// checkpointAt is the size of the WAL, in bytes, from which Close copies it
// into the database. A guard that opens the log reads the WAL once, so a larger
// one makes every command slower, and a smaller one syncs more often.
const checkpointAt = 2 << 20

// Close ends the use of the log. Every entry is durable before that, so Close
// has nothing to save, and usually leaves the connection to the end of the
// process: SQLite's own close of the last connection would copy the WAL into
// the database with two more syncs, for each command. That is done here when
// the WAL has grown large and nobody else writes.
func (l *Log) Close() error {
	info, err := os.Stat(l.config.Path + "-wal")
	if err != nil || info.Size() < checkpointAt {
		return nil
	}
	l.one.Lock()
	defer l.one.Unlock()
	// A busy log is left to the next one that closes it.
	if err := l.conn.run("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		l.debug("checkpoint", "error", err)
	}
	// A supervised script goes on with this connection, and must wait again.
	if err := l.conn.run("PRAGMA busy_timeout = 250"); err != nil {
		return fmt.Errorf("close the log: %w", err)
	}
	return nil
}

func (l *Log) debug(msg string, args ...any) {
	if l.config.Logger != nil {
		l.config.Logger.Debug(msg, args...)
	}
}
