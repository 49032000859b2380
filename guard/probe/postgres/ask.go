package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// notReached is the error of a server that could not be asked.
type notReached struct {
	err    error
	waited time.Duration
}

func (e *notReached) Error() string { return e.err.Error() }
func (e *notReached) Unwrap() error { return e.err }

var errNowhere = errors.New("listens nowhere that guard can see")

// askPostmaster asks the server of a data directory: over its socket as each
// login, then over TCP. The first refusal is the error, for it is the one about
// the login that should have worked.
func askPostmaster(ctx context.Context, dir string, server postmaster) (answer, error) {
	start := time.Now()
	if server.single {
		return answer{}, errors.New("in single-user mode, where nobody can ask it")
	}
	told, err := askAt(ctx, dir, server, "postgres")
	if hasCode(err, codeNoDatabase) {
		told, err = askAt(ctx, dir, server, "template1")
	}
	if err != nil {
		return answer{}, &notReached{err: err, waited: time.Since(start)}
	}
	return told, nil
}

// askAt asks in one database of the server, which the question is not about.
func askAt(ctx context.Context, dir string, server postmaster, in string) (answer, error) {
	var first error
	for _, attempt := range attempts(dir, server, in) {
		told, err := attempt(ctx)
		if err == nil {
			return told, nil
		}
		if first == nil || database.IsTimeout(err) || hasCode(err, codeNoDatabase) {
			first = err
		}
		if database.IsTimeout(err) || ctx.Err() != nil || hasCode(err, codeNotYet) {
			break
		}
	}
	return answer{}, cmp.Or(first, errNowhere)
}

// attempts are the ways to reach a server, best first.
func attempts(dir string, server postmaster, in string) []func(context.Context) (answer, error) {
	var ways []func(context.Context) (answer, error)
	logins := loginsFor(dir)
	if server.port == 0 {
		return nil
	}
	for _, directory := range server.sockets {
		for _, login := range logins {
			ways = append(ways, func(ctx context.Context) (answer, error) {
				return askSocket(ctx, server, directory, login.uid, startup{user: login.user, database: in, private: true})
			})
		}
	}
	if server.address != "" {
		ways = append(ways, func(ctx context.Context) (answer, error) {
			conn, err := database.DialAddress(ctx, server.address, server.port)
			if err != nil {
				return answer{}, err
			}
			return askOver(ctx, conn, startup{user: logins[0].user, database: in})
		})
	}
	return ways
}

// askSocket tries the socket where guard sees it, then where the server does,
// which may be in a container.
func askSocket(ctx context.Context, server postmaster, directory string, uid int, as startup) (answer, error) {
	var first error
	for _, path := range []string{directory, database.ProcPath(server.pid, "root") + directory} {
		conn, listener, err := dialSocket(ctx, path, server.port, uid)
		if err == nil && listener != 0 && listener != server.pid {
			conn.Close()
			err = fmt.Errorf("another process (pid %d) listens on its socket", listener)
		}
		if err == nil {
			return askOver(ctx, conn, as)
		}
		if first == nil {
			first = err
		}
	}
	return answer{}, first
}

// askOver logs in and asks.
func askOver(ctx context.Context, conn net.Conn, as startup) (answer, error) {
	session, err := openSession(ctx, conn, as)
	if err != nil {
		return answer{}, err
	}
	defer session.close()
	return session.ask()
}

// inReply is what a server that could not be asked did instead, for people. Root
// is another login, and sees where a server listens.
func inReply(err error, server postmaster) string {
	said := reply(err, server)
	if os.Geteuid() != 0 && !database.IsTimeout(err) && !hasCode(err, codeNotYet) && !server.single {
		said += "; " + guard.NeedsRoot
	}
	return said
}

func reply(err error, server postmaster) string {
	var failed *notReached
	var refused *serverError
	switch {
	case database.IsTimeout(err) && errors.As(err, &failed):
		return fmt.Sprintf("did not answer on port %d in %s", server.port, rounded(failed.waited))
	case errors.As(err, &refused):
		return fmt.Sprintf("refused guard on port %d: %s", server.port, refused.message)
	case errors.Is(err, os.ErrPermission) && os.Geteuid() != 0:
		return "its socket may not be used"
	default:
		return "could not be asked: " + guard.Printable(err.Error())
	}
}

// rounded is a duration as a person would say it.
func rounded(d time.Duration) time.Duration {
	if d >= time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(10 * time.Millisecond)
}
