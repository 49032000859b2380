package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"blastguard/guard"
)

// messageLimit bounds one message of a server.
const messageLimit = 1 << 20

// session is one connection to a PostgreSQL server, after the login.
type session struct {
	conn       net.Conn
	front      *pgproto3.Frontend
	parameters map[string]string // as the server reported them
	release    func() bool
}

// startup is who logs in, and what for.
type startup struct {
	user, database string
	password       string // "" when there is none
	replication    bool   // as a standby does it, to which other rules of pg_hba.conf apply
	private        bool   // nobody listens on the line: a Unix socket, or TLS
}

// serverError is a refusal in the server's own words.
type serverError struct {
	code, message string
}

func (e *serverError) Error() string { return e.message }

// Codes of serverError that mean something to guard.
const (
	codeNotYet       = "57P03" // starting up, shutting down, no hot standby
	codeNoDatabase   = "3D000"
	codeNotPermitted = "42501"
)

func asServerError(message *pgproto3.ErrorResponse) error {
	const limit = 300
	words := guard.Printable(message.Message)
	if len(words) > limit {
		words = words[:limit] + "…"
	}
	return &serverError{code: message.Code, message: words}
}

// hasCode: err is a server's refusal with this code.
func hasCode(err error, code string) bool {
	var refusal *serverError
	return errors.As(err, &refusal) && refusal.code == code
}

// openSession takes a fresh connection, which it owns from then on, and logs in. The
// session ends with the context.
func openSession(ctx context.Context, conn net.Conn, as startup) (*session, error) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	s := &session{
		conn: conn, front: pgproto3.NewFrontend(conn, conn), parameters: map[string]string{},
		release: context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }),
	}
	s.front.SetMaxBodyLen(messageLimit)
	if err := s.logIn(as); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) close() {
	s.release()
	_ = s.conn.SetDeadline(time.Now().Add(100 * time.Millisecond))
	s.front.Send(&pgproto3.Terminate{})
	_ = s.front.Flush()
	_ = s.conn.Close()
}

func (s *session) logIn(as startup) error {
	parameters := map[string]string{
		"user": as.user, "database": as.database, "application_name": "guard", "client_encoding": "UTF8",
	}
	if as.replication {
		parameters["replication"] = "true"
	}
	s.front.Send(&pgproto3.StartupMessage{ProtocolVersion: pgproto3.ProtocolVersionNumber, Parameters: parameters})
	if err := s.front.Flush(); err != nil {
		return err
	}
	for {
		message, err := s.front.Receive()
		if err != nil {
			return err
		}
		switch message := message.(type) {
		case *pgproto3.ReadyForQuery:
			return nil
		case *pgproto3.ErrorResponse:
			return asServerError(message)
		case *pgproto3.ParameterStatus:
			s.parameters[message.Name] = message.Value
		default:
			if err := s.authenticate(message, as); err != nil {
				return err
			}
		}
	}
}

// query runs one statement by the simple protocol and returns its rows as
// texts; nil is NULL.
func (s *session) query(statement string) ([][]*string, error) {
	s.front.Send(&pgproto3.Query{String: statement})
	if err := s.front.Flush(); err != nil {
		return nil, err
	}
	var rows [][]*string
	var failure error
	for {
		message, err := s.front.Receive()
		if err != nil {
			return nil, err
		}
		switch message := message.(type) {
		case *pgproto3.DataRow:
			rows = append(rows, copyRow(message.Values))
		case *pgproto3.ErrorResponse:
			failure = asServerError(message)
			if message.Severity == "FATAL" {
				return nil, failure
			}
		case *pgproto3.ReadyForQuery:
			return rows, failure
		}
	}
}

// row is the one row of a statement that has this many columns.
func (s *session) row(statement string, columns int) ([]*string, error) {
	rows, err := s.query(statement)
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 || len(rows[0]) < columns {
		return nil, fmt.Errorf("the server's answer has not one row of %d columns", columns)
	}
	return rows[0], nil
}

func copyRow(values [][]byte) []*string {
	row := make([]*string, len(values))
	for i, value := range values {
		if value != nil {
			copied := string(value)
			row[i] = &copied
		}
	}
	return row
}

// word is the text of a column, "" for NULL.
func word(column *string) string {
	if column == nil {
		return ""
	}
	return *column
}
