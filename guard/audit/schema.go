package audit

import (
	"context"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

// applicationID marks the file as a log of guard ("GARD").
const applicationID = 0x47415244

// schemaVersion is major × 1000 + minor. Within a major version tables and
// columns are only added, so that an older guard can go on writing.
const schemaVersion = 1000

// oldestSQLite is the first version whose WAL is sound enough: 3.51.3 fixes a
// race that could corrupt a database when its WAL was reset.
const oldestSQLite = 3051003

// schema is the log as it is first created. entries is the record; terms and
// claims are derived from the bodies, and verify compares them.
const schema = `
CREATE TABLE entries (
	id    INTEGER PRIMARY KEY, -- 1, 2, 3, …; the leaf's index is one less
	salt  BLOB NOT NULL,       -- random
	nodes BLOB NOT NULL,       -- hash of the leaf, then of each subtree it completes
	body  TEXT NOT NULL        -- canonical JSON
) STRICT;
CREATE TABLE head (
	one      INTEGER PRIMARY KEY CHECK (one = 1),
	size     INTEGER NOT NULL, -- number of entries
	root     BLOB NOT NULL,    -- of the tree of hashes
	frontier BLOB NOT NULL     -- its complete subtrees, largest first
) STRICT;
CREATE TABLE terms (           -- what entries are searched by
	kind  TEXT NOT NULL,
	value TEXT NOT NULL,
	at    INTEGER NOT NULL,    -- nanoseconds since 1970
	entry INTEGER NOT NULL,
	PRIMARY KEY (kind, value, at, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE claims (
	entry    INTEGER NOT NULL,
	nr       INTEGER NOT NULL, -- in the entry's decision
	kind     TEXT NOT NULL,    -- floor, budget
	policy   TEXT NOT NULL,
	block    TEXT NOT NULL,
	key      TEXT NOT NULL,
	units    REAL NOT NULL,
	settle   INTEGER NOT NULL, -- nanoseconds
	at       INTEGER NOT NULL,
	exit     INTEGER,          -- entry of the outcome
	ended    INTEGER,          -- its time
	returned INTEGER NOT NULL DEFAULT 0, -- 1: the command did not start
	PRIMARY KEY (entry, nr)
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_taken ON claims (kind, policy, block, key, at);
CREATE INDEX claims_ended ON claims (kind, policy, block, key, ended);
`

func checkSQLite() error {
	text, number, _ := sqlite3.Version()
	if number < oldestSQLite {
		return fmt.Errorf("SQLite %s is too old for a durable log: 3.51.3 or newer is needed; build guard without -tags libsqlite3", text)
	}
	return nil
}

// fill makes an empty database a log.
func fill(ctx context.Context, c *conn) error {
	empty := frontier{}
	root := empty.root()
	statements := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, schemaVersion)
	if err := c.exec(ctx, "BEGIN IMMEDIATE;"+schema+statements); err != nil {
		return err
	}
	if err := c.exec(ctx, "INSERT INTO head (one, size, root, frontier) VALUES (1, 0, ?, ?)", root[:], []byte{}); err != nil {
		return err
	}
	return c.exec(ctx, "COMMIT")
}
