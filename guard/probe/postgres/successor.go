package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// succession is what a server says that may have taken a stopped primary's place.
type succession struct {
	upstreamRole
	timeline uint32
	history  string // of its timeline: from where each older one was left
}

// divergence is how many bytes of write-ahead log a stopped primary may have
// beyond the point where its successor left its timeline: one segment. A primary
// that lived on for a moment has that much; a clone from a backup, promoted for a
// drill, was left much longer ago, and what was written since is only here.
const divergence = 16 << 20

// CheckCandidate says what is wrong with the connection string of a candidate.
func CheckCandidate(text string) error {
	_, err := newCandidate(text)
	return err
}

// newCandidate is a server that a policy names.
func newCandidate(text string) (upstream, error) {
	one, err := newUpstream(text, "", endpoint{})
	if err == nil && one.settings["password"] != "" {
		err = errors.New("it holds a password, which would be in the log; use passfile=FILE")
	}
	return one, err
}

// successors are the servers that may have taken the place of the stopped primary
// in a directory: those that the policy names, the one that it followed itself
// before it was a primary, and those of this host with the same identity.
func successors(found database.Directory) []upstream {
	var all []upstream
	uid := loginsFor(found.Path)[0].uid
	for _, text := range found.Candidates {
		if one, err := newCandidate(text); err == nil {
			one.uid = uid
			all = append(all, one)
		}
	}
	if followed, err := newUpstream(configuredUpstream(found.Path), "", endpoint{}); err == nil && len(followed.settings) > 0 {
		followed.uid = uid
		all = append(all, followed)
	}
	own, err := readControl(found.Path)
	if err != nil {
		return all
	}
	seen := map[database.FileID]bool{found.ID: true}
	for _, process := range found.Processes {
		if !IsServer(process.Program) || process.Dir == "" || seen[process.DirID] {
			continue
		}
		seen[process.DirID] = true
		if other, err := readControl(process.Dir); err == nil && other.systemID == own.systemID {
			all = append(all, neighbour(process.Dir, found.Processes)...)
		}
	}
	return all
}

// neighbour is a server of this host, by its sockets.
func neighbour(dir string, processes []database.Process) []upstream {
	server, running := findPostmaster(dir, processes)
	if !running || server.port == 0 {
		return nil
	}
	var all []upstream
	for _, login := range loginsFor(dir) {
		for _, socket := range server.sockets {
			all = append(all, upstream{
				settings: map[string]string{"user": login.user}, uid: login.uid,
				places: []endpoint{{host: socket, port: server.port}},
			})
		}
	}
	return all
}

// succeeded makes a former primary of a stopped one when another server proves
// that it has taken its place: it has the same identity, says that it is a primary,
// is on a higher timeline, and left the one of this directory near its end.
func succeeded(ctx context.Context, d *database.Database, control controlFile, places []upstream) {
	type reply struct {
		where, refused string
		timeline       uint32
	}
	replies := make([]reply, len(places))
	var group sync.WaitGroup
	for i, place := range places {
		group.Go(func() {
			for _, at := range place.places {
				told, err := place.askSuccession(ctx, at)
				replies[i] = reply{where: guard.Printable(at.String()), timeline: told.timeline}
				if replies[i].refused = notSuccessor(control, told, err); replies[i].refused == "" {
					return
				}
			}
		})
	}
	group.Wait()
	for _, one := range replies {
		if one.where != "" && one.refused == "" {
			d.Role, d.Lag, d.UpstreamAlive, d.Upstream = database.Former, nil, true, one.where
			d.Say(fmt.Sprintf("asked %s, which says that it is primary, with the same identity, on timeline %d (here %d)", one.where, one.timeline, control.timeline))
			return
		}
	}
	said := map[string]bool{}
	for _, one := range replies {
		if line := one.where + " has not taken its place: " + one.refused; !said[line] {
			said[line] = true
			d.Say(line)
		}
	}
	if len(replies) == 0 {
		d.Say("no other server with its identity was seen; if one has taken its place, a copy of datadir.hcl can name it in candidates")
	}
}

// notSuccessor says why a server is no successor, "" when it is.
func notSuccessor(control controlFile, told succession, err error) string {
	switch {
	case database.IsTimeout(err):
		return "it did not answer in time"
	case err != nil:
		return guard.Printable(err.Error())
	case told.identity != fmt.Sprint(control.systemID):
		return "it is another database (system identifier " + guard.Printable(told.identity) + ")"
	case told.inRecovery:
		return "it is no primary, it is in recovery"
	case told.timeline <= control.timeline:
		return fmt.Sprintf("its timeline %d is not above the one here, %d", told.timeline, control.timeline)
	}
	left, known := leftAt(told.history, control.timeline)
	switch {
	case !known:
		return fmt.Sprintf("its history does not say where it left timeline %d", control.timeline)
	case control.checkpoint > left && control.checkpoint-left > divergence:
		return fmt.Sprintf("it left the timeline of this directory at %s, and the last checkpoint here is at %s: what was written in between is only here",
			position(left), position(control.checkpoint))
	default:
		return ""
	}
}

// leftAt is where a timeline was left, by a history file: lines of timeline,
// position in the write-ahead log, reason.
func leftAt(history string, timeline uint32) (uint64, bool) {
	for line := range strings.Lines(history) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != strconv.FormatUint(uint64(timeline), 10) {
			continue
		}
		high, low, both := strings.Cut(fields[1], "/")
		a, errA := strconv.ParseUint(high, 16, 32)
		b, errB := strconv.ParseUint(low, 16, 32)
		return a<<32 | b, both && errA == nil && errB == nil
	}
	return 0, false
}

func position(lsn uint64) string { return fmt.Sprintf("%X/%X", lsn>>32, uint32(lsn)) }

// askSuccession asks as a standby would, and otherwise by SQL.
func (u upstream) askSuccession(ctx context.Context, place endpoint) (succession, error) {
	told, err := u.successionBy(ctx, place, true)
	if err == nil || database.IsTimeout(err) {
		return told, err
	}
	plain, plainErr := u.successionBy(ctx, place, false)
	if plainErr != nil {
		return succession{}, cmp.Or(err, plainErr)
	}
	return plain, nil
}

func (u upstream) successionBy(ctx context.Context, place endpoint, replication bool) (succession, error) {
	session, err := u.open(ctx, place, replication)
	if err != nil {
		return succession{}, err
	}
	defer session.close()
	if !replication {
		return session.succession()
	}
	role, err := session.identify()
	if err != nil || role.inRecovery {
		return succession{upstreamRole: role}, err
	}
	row, err := session.row("IDENTIFY_SYSTEM", 2)
	if err != nil {
		return succession{}, err
	}
	told := succession{upstreamRole: role}
	if told.timeline, err = timelineOf(word(row[1]), 10); err != nil || told.timeline < 2 {
		return told, err
	}
	row, err = session.row(fmt.Sprintf("TIMELINE_HISTORY %d", told.timeline), 2)
	if err == nil {
		told.history = word(row[1])
	}
	return told, err
}

// askTimeline: the name of the segment that is written begins with the timeline.
const (
	askTimeline = `SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn())`
	askHistory  = `SELECT pg_catalog.pg_read_file('pg_wal/%08X.history')`
)

func (s *session) succession() (succession, error) {
	told, err := s.ask()
	if err != nil || told.inRecovery {
		return succession{upstreamRole: upstreamRole{identity: told.systemID, inRecovery: told.inRecovery}}, err
	}
	found := succession{upstreamRole: upstreamRole{identity: told.systemID}}
	row, err := s.row(askTimeline, 1)
	if err != nil {
		return found, err
	}
	name := word(row[0])
	if found.timeline, err = timelineOf(name[:min(8, len(name))], 16); err != nil || found.timeline < 2 {
		return found, err
	}
	row, err = s.row(fmt.Sprintf(askHistory, found.timeline), 1)
	if err == nil {
		found.history = word(row[0])
	}
	return found, err
}

func timelineOf(text string, base int) (uint32, error) {
	number, err := strconv.ParseUint(text, base, 32)
	if err != nil || number == 0 {
		return 0, errors.New("it does not say on which timeline it is")
	}
	return uint32(number), nil
}
