package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// question is what the probe "postgres" was asked.
type question struct {
	host          string
	port          int
	user          string
	database      string
	passfile      string
	dataDirectory string
}

// Measure answers the probe "postgres": {"role", "lag",
// "upstream_alive", "identity", "version", "data_directory", "port",
// "dependents"}, as the probe "datadir" does; dependents are the standbys that are connected
// to the server. A server that cannot be reached, refuses, or has another data
// directory than the one asked for is an error. It is not verified which
// directory of this host, if any, is the server's.
func Measure(ctx context.Context, args map[string]any) (value any, evidence []string, err error) {
	asked, err := readQuestion(args)
	if err != nil {
		return nil, nil, fmt.Errorf("postgres: %w", err)
	}
	type outcome struct {
		value    any
		evidence []string
		err      error
	}
	done, err := database.InTime(ctx, func(ctx context.Context) outcome {
		value, evidence, err := asked.answer(ctx)
		return outcome{value, evidence, err}
	})
	if err = cmp.Or(err, done.err); err != nil {
		return nil, nil, fmt.Errorf("ask PostgreSQL at %s: %w", guard.Printable(asked.place()), err)
	}
	return done.value, done.evidence, nil
}

func readQuestion(args map[string]any) (question, error) {
	var asked question
	var problems []error
	for name, field := range map[string]*string{
		"host": &asked.host, "user": &asked.user, "database": &asked.database,
		"passfile": &asked.passfile, "data_directory": &asked.dataDirectory,
	} {
		var err error
		if *field, err = database.Text(args, name); err != nil {
			problems = append(problems, err)
		}
	}
	port, err := portNumber(args)
	asked.port = port
	asked.user, asked.database = cmp.Or(asked.user, "postgres"), cmp.Or(asked.database, "postgres")
	return asked, errors.Join(append(problems, err)...)
}

func (q question) place() string {
	return cmp.Or(q.host, "localhost") + ":" + strconv.Itoa(q.port)
}

func (q question) answer(ctx context.Context) (any, []string, error) {
	session, err := q.open(ctx)
	if err != nil {
		return nil, nil, inPlainWords(err)
	}
	defer session.close()
	told, err := session.ask()
	if err != nil {
		return nil, nil, inPlainWords(err)
	}
	if q.dataDirectory != "" && told.dataDirectory != q.dataDirectory {
		return nil, nil, fmt.Errorf("its data directory is %q, not %q", told.dataDirectory, q.dataDirectory)
	}
	d := database.Database{Version: told.version, Identity: told.identity()}
	d.Say(fmt.Sprintf("asked PostgreSQL %s at %s", told.version, q.place()))
	if told.inRecovery {
		d.Role, d.Lag = database.Secondary, told.lag
		follow(ctx, &d, told.conninfo, told.systemID, told.sender)
	} else {
		d.IsPrimary()
	}
	return map[string]any{
		"role": d.Role, "lag": d.Lag, "upstream_alive": d.UpstreamAlive, "identity": d.Identity,
		"version": d.Version, "data_directory": directoryOf(told), "port": int64(q.port),
		"dependents": session.dependents(),
	}, d.Evidence, nil
}

func directoryOf(told answer) any {
	if told.dataDirectory == "" {
		return database.Unknown("the login may not know the data directory")
	}
	return told.dataDirectory
}

// dependents counts the standbys that are connected.
func (s *session) dependents() any {
	row, err := s.row(askDependents, 1)
	if err != nil {
		return database.Unknown("count the standbys: " + err.Error())
	}
	count, err := strconv.ParseInt(word(row[0]), 10, 64)
	if err != nil {
		return database.Unknown("count the standbys: the answer is no number")
	}
	return count
}

// open connects to the host that was named, or to the usual places on this one.
func (q question) open(ctx context.Context) (*session, error) {
	places := []string{q.host}
	if q.host == "" {
		places = []string{"/var/run/postgresql", "/tmp", "127.0.0.1"}
	}
	var first error
	for _, host := range places {
		session, err := q.openAt(ctx, host)
		if err == nil {
			return session, nil
		}
		if first == nil || errors.Is(first, os.ErrNotExist) {
			first = err
		}
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ECONNREFUSED) {
			break // a server is there, and it is the answer
		}
	}
	return nil, first
}

func (q question) openAt(ctx context.Context, host string) (*session, error) {
	as := startup{user: q.user, database: q.database}
	place := endpoint{host: host, port: q.port}
	if q.passfile != "" {
		as.password = passwordFrom(q.passfile, place, as.database, as.user)
	}
	var conn net.Conn
	var err error
	if strings.HasPrefix(host, "/") {
		as.private = true
		conn, _, err = dialSocket(ctx, host, q.port, uidFor(q.user))
	} else {
		conn, err = dialHost(ctx, place)
	}
	if err != nil {
		return nil, err
	}
	if !as.private {
		secured, err := secure(ctx, conn, host, nil)
		if err != nil {
			conn.Close()
			return nil, err
		}
		as.private = secured != conn
		conn = secured
	}
	return openSession(ctx, conn, as)
}

// uidFor is the user of this host that peer authentication expects: root may
// take the identity of the one called like the database user.
func uidFor(user string) int {
	if os.Geteuid() != 0 {
		return -1
	}
	for _, account := range database.Accounts() {
		if account.Name == user {
			return account.UID
		}
	}
	return -1
}

// inPlainWords says of a timeout what it means.
func inPlainWords(err error) error {
	if database.IsTimeout(err) {
		return errors.New("no answer in time")
	}
	return err
}
