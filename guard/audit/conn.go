package audit

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"

	"github.com/mattn/go-sqlite3"
)

// A conn is one connection to one database. The driver is used without a pool:
// pragmas belong to a connection, and so there is only one.
type conn struct {
	sqlite *sqlite3.SQLiteConn
	mu     sync.Mutex // held for each statement and its rows
}

// connect opens a database by its path with the parameters of a DSN.
func connect(path, parameters string) (*conn, error) {
	if err := mapWholePages(); err != nil {
		return nil, err
	}
	opened, err := (&sqlite3.SQLiteDriver{}).Open("file:" + escapePath(path) + "?" + parameters)
	if err != nil {
		return nil, err
	}
	sqlite, ok := opened.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver gave a %T", opened)
	}
	return &conn{sqlite: sqlite}, nil
}

// escapePath escapes what a file: URI would take for something else.
func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

func (c *conn) exec(ctx context.Context, query string, args ...any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.sqlite.ExecContext(ctx, query, named(args))
	return err
}

// write is exec for a statement that must change exactly so many rows. That it did not
// is an error: an entry must not get lost without a word.
func (c *conn) write(ctx context.Context, rows int64, query string, args ...any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	result, err := c.sqlite.ExecContext(ctx, query, named(args))
	if err != nil {
		return err
	}
	changed, err := result.RowsAffected()
	if err == nil && changed != rows {
		err = fmt.Errorf("%d rows were written where %d must be: %w", changed, rows, errDamaged)
	}
	return err
}

// run is exec for statements that nothing may interrupt.
func (c *conn) run(query string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.sqlite.Exec(query, nil)
	return err
}

// each calls found with every row of a query's result. The row is only valid
// during the call.
func (c *conn) each(ctx context.Context, found func(row []driver.Value) error, query string, args ...any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows, err := c.sqlite.QueryContext(ctx, query, named(args))
	if err != nil {
		return err
	}
	defer rows.Close()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := found(row); err != nil {
			return err
		}
	}
}

var errNoRow = errors.New("no such row")

// one is the only row of a query's result; errNoRow when there is none.
func (c *conn) one(ctx context.Context, query string, args ...any) ([]driver.Value, error) {
	var only []driver.Value
	err := c.each(ctx, func(row []driver.Value) error {
		only = append([]driver.Value(nil), row...)
		return nil
	}, query, args...)
	if err == nil && only == nil {
		err = errNoRow
	}
	return only, err
}

func (c *conn) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sqlite.Close()
}

func named(args []any) []driver.NamedValue {
	values := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		if n, ok := arg.(int); ok {
			arg = int64(n)
		}
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: arg}
	}
	return values
}

func asInt(value driver.Value) int64 {
	n, _ := value.(int64)
	return n
}

func asFloat(value driver.Value) float64 {
	switch v := value.(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	default:
		return 0
	}
}

func asText(value driver.Value) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	default:
		return ""
	}
}

func asBytes(value driver.Value) []byte {
	switch v := value.(type) {
	case string:
		return []byte(v)
	case []byte:
		return v
	default:
		return nil
	}
}
