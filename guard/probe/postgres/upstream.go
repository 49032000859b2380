package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// upstream is how a standby reaches the server that it follows. It may hold a
// password and is never shown.
type upstream struct {
	settings map[string]string
	places   []endpoint
	identity string // the system identifier that it must have
	uid      int    // of the standby's owner, for peer authentication; -1 is guard's own
}

// newUpstream reads primary_conninfo. The place where the standby's stream
// really comes from, when it has one, is asked first.
func newUpstream(conninfo, systemID string, sender endpoint) (upstream, error) {
	settings, err := parseConninfo(conninfo)
	if err != nil {
		return upstream{}, err
	}
	places, err := endpoints(settings)
	if err != nil {
		return upstream{}, err
	}
	if sender.host != "" && sender.port > 0 && !slices.Contains(places, sender) {
		places = append([]endpoint{sender}, places...)
	}
	return upstream{settings: settings, places: places, identity: systemID, uid: -1}, nil
}

// String is where it is, for people.
func (u upstream) String() string {
	var all []string
	for _, place := range u.places {
		all = append(all, place.String())
	}
	return guard.Printable(strings.Join(all, ","))
}

// alive asks whether the upstream is a primary with the same identity: true,
// false, or guard.Unmeasured. The line says how that is known.
func (u upstream) alive(ctx context.Context) (value any, line string) {
	value, line = false, "no upstream is configured"
	for i, place := range u.places {
		said, why := u.aliveAt(ctx, place)
		if said == true {
			return true, why
		}
		// What could not be told outweighs a no.
		_, open := said.(guard.Unmeasured)
		_, before := value.(guard.Unmeasured)
		if i == 0 || open && !before {
			value, line = said, why
		}
	}
	return value, line
}

func (u upstream) aliveAt(ctx context.Context, place endpoint) (any, string) {
	name := "the upstream " + guard.Printable(place.String())
	role, err := u.ask(ctx, place)
	switch {
	case err == nil && role.identity != u.identity:
		return false, name + " is another database (system identifier " + guard.Printable(role.identity) + ")"
	case err == nil && role.inRecovery:
		return false, name + " is not a primary, it is in recovery"
	case err == nil:
		return true, "asked " + name + ", which says that it is primary, with the same identity"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT) && strings.HasPrefix(place.host, "/"):
		return false, name + " does not run: nobody listens there"
	case database.IsTimeout(err):
		reason := name + " did not answer in time"
		return database.Unknown(reason), reason
	default:
		reason := name + ": " + guard.Printable(err.Error())
		return database.Unknown(reason), reason
	}
}

// String is HOST:PORT, for people.
func (e endpoint) String() string { return fmt.Sprintf("%s:%d", cmp.Or(e.host, "localhost"), e.port) }

// upstreamRole is what guard needs to know of an upstream.
type upstreamRole struct {
	identity   string
	inRecovery bool
}

// ask connects as the standby itself does. pg_hba.conf often lets its user in
// for replication only, where SQL does not work; a plain login is the second
// try.
func (u upstream) ask(ctx context.Context, place endpoint) (upstreamRole, error) {
	role, err := u.askReplication(ctx, place)
	var refused *serverError
	if err == nil || !errors.As(err, &refused) && !errors.Is(err, errNoPassword) && !errors.Is(err, errNotToldInReplication) || hasCode(err, codeNotYet) {
		return role, err
	}
	plain, plainErr := u.askPlain(ctx, place)
	if plainErr != nil {
		return upstreamRole{}, err
	}
	return plain, nil
}

var errNotToldInReplication = errors.New("it did not say whether it is in recovery")

func (u upstream) askReplication(ctx context.Context, place endpoint) (upstreamRole, error) {
	session, err := u.open(ctx, place, true)
	if err != nil {
		return upstreamRole{}, err
	}
	defer session.close()
	return session.identify()
}

// identify asks a server, over a connection for replication, who it is.
func (s *session) identify() (upstreamRole, error) {
	row, err := s.row("IDENTIFY_SYSTEM", 1)
	if err != nil {
		return upstreamRole{}, err
	}
	role := upstreamRole{identity: word(row[0])}
	// Since PostgreSQL 14 the server reports it at the login.
	switch s.parameters["in_hot_standby"] {
	case "on":
		role.inRecovery = true
		return role, nil
	case "off":
		return role, nil
	}
	row, err = s.row("SHOW transaction_read_only", 1)
	if err != nil {
		return upstreamRole{}, err
	}
	if word(row[0]) != "off" {
		return upstreamRole{}, errNotToldInReplication // a primary may be set to read-only too
	}
	return role, nil
}

func (u upstream) askPlain(ctx context.Context, place endpoint) (upstreamRole, error) {
	session, err := u.open(ctx, place, false)
	if err != nil {
		return upstreamRole{}, err
	}
	defer session.close()
	told, err := session.ask()
	return upstreamRole{identity: told.systemID, inRecovery: told.inRecovery}, err
}
