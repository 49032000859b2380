package postgres

import (
	"fmt"
	"math"
	"strconv"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// answer is what a running server says about itself.
type answer struct {
	inRecovery    bool
	systemID      string
	version       string
	dataDirectory string // "" when the login may not know

	// Of a standby:
	lag      any    // seconds, or guard.Unmeasured
	conninfo string // how it reaches its upstream; may hold a password
	sender   endpoint
}

// Every name is qualified: the login's own search_path decides nothing here.
const (
	askRole = `SELECT pg_catalog.pg_is_in_recovery(), c.system_identifier, pg_catalog.current_setting('server_version')
FROM pg_catalog.pg_control_system() AS c`
	askDirectory = `SELECT pg_catalog.current_setting('data_directory')`
	askConninfo  = `SELECT pg_catalog.current_setting('primary_conninfo', true)`
	// A standby that has replayed all that it got does not lag, if it is
	// getting anything: without a stream the time of the last replayed
	// transaction is all there is.
	askStandby = `SELECT CASE
	WHEN r.status OPERATOR(pg_catalog.=) 'streaming'
		AND pg_catalog.pg_last_wal_receive_lsn() OPERATOR(pg_catalog.<=) pg_catalog.pg_last_wal_replay_lsn() THEN 0
	ELSE EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.pg_last_xact_replay_timestamp())
END, r.sender_host, r.sender_port
FROM (SELECT 1) AS one LEFT JOIN pg_catalog.pg_stat_wal_receiver AS r ON true`
	askDependents = `SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication`
)

// ask puts all questions to a server. Only those that decide the role must be
// answered.
func (s *session) ask() (answer, error) {
	row, err := s.row(askRole, 3)
	if err != nil {
		return answer{}, err
	}
	told := answer{systemID: word(row[1]), version: firstWord(word(row[2]))}
	switch word(row[0]) {
	case "t":
		told.inRecovery = true
	case "f":
	default:
		return answer{}, fmt.Errorf("the server's answer to pg_is_in_recovery is %q", word(row[0]))
	}
	row, err = s.row(askDirectory, 1)
	switch {
	case err == nil:
		told.dataDirectory = word(row[0])
	case !hasCode(err, codeNotPermitted):
		return answer{}, err
	}
	if told.inRecovery {
		s.askStandby(&told)
	}
	return told, nil
}

func (s *session) askStandby(told *answer) {
	told.lag = database.Unknown("the standby did not say how far it lags")
	if row, err := s.row(askStandby, 3); err == nil {
		told.lag = lagOf(row[0])
		told.sender.host = word(row[1])
		told.sender.port, _ = strconv.Atoi(word(row[2]))
	} else {
		told.lag = database.Unknown("ask the standby for its lag: " + err.Error())
	}
	if row, err := s.row(askConninfo, 1); err == nil {
		told.conninfo = word(row[0])
	}
}

func lagOf(column *string) any {
	if column == nil {
		return database.Unknown("the standby has no stream and has replayed no transaction since it started")
	}
	seconds, err := strconv.ParseFloat(*column, 64)
	if err != nil || math.IsNaN(seconds) || math.IsInf(seconds, 0) {
		return database.Unknown("the standby's lag is not a number")
	}
	// The clocks of two hosts may differ by a little.
	return max(seconds, 0)
}

// identity is what controlFile.identity says of the same database.
func (a answer) identity() string { return "postgresql " + guard.Printable(a.systemID) }

// firstWord cuts "15.14 (Debian 15.14-0+deb12u1)" to its number.
func firstWord(text string) string {
	for i, r := range text {
		if r == ' ' {
			return guard.Printable(text[:i])
		}
	}
	return guard.Printable(text)
}
