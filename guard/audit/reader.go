package audit

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"blastguard/guard/history"
)

// A Reader is an audit log opened for reading: a history.Store. It never writes to
// the database.
type Reader struct {
	conn *conn
	path string
}

var _ history.Store = (*Reader)(nil)

// reading are the DSN parameters of a reader; its transactions are deferred.
const reading = "mode=ro&_txlock=deferred&_busy_timeout=2000&_query_only=1"

// OpenReader opens the log at path for reading. It does not create one.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, explain("open", path, err)
	}
	r := &Reader{path: absolute}
	if err := r.open(ctx); err != nil {
		return nil, explain("open", absolute, err)
	}
	return r, nil
}

func (r *Reader) open(ctx context.Context) error {
	if err := checkSQLite(); err != nil {
		return err
	}
	if _, err := os.Stat(r.path); err != nil {
		return err
	}
	c, err := connect(r.path, reading)
	if err != nil {
		return err
	}
	if _, err := checkSchema(ctx, c); err != nil {
		return errors.Join(err, c.close())
	}
	r.conn = c
	return nil
}

// Close releases the log.
func (r *Reader) Close() error { return r.conn.close() }

// snapshot runs do on the log as it is at one moment.
func (r *Reader) snapshot(ctx context.Context, do func() error) error {
	if err := r.conn.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	return errors.Join(do(), r.conn.run("COMMIT"))
}
