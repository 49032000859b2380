package postgres

import (
	"context"
	"fmt"
	"path/filepath"

	"blastguard/guard/probe/database"
)

// describeStopped takes the role of a server that does not run from its files.
func describeStopped(ctx context.Context, d *database.Database, control controlFile) {
	signals := signalsIn(d.Path)
	role, reason := stoppedRole(control.state, signals)
	if reason != "" {
		d.RoleUnknown("no server runs in it; " + reason)
		return
	}
	d.Say(fmt.Sprintf("no server runs in it; the control file says %q, and %s", control.state, signals))
	if role == database.Primary {
		d.IsPrimary()
		return
	}
	d.Role = database.Secondary
	d.Lag = database.Unknown("the server does not run, so it cannot say how far it lags")
	systemID := fmt.Sprint(control.systemID)
	follow(ctx, d, configuredUpstream(d.Path), systemID, endpoint{})
}

// signals are the files that tell PostgreSQL how to start.
type signals struct {
	standby  bool // standby.signal: as a standby
	recovery bool // recovery.signal: restore from an archive, then as a primary
	label    bool // backup_label: from a backup, so the control file is its origin's
}

func signalsIn(dir string) signals {
	return signals{
		standby:  database.Exists(filepath.Join(dir, "standby.signal")),
		recovery: database.Exists(filepath.Join(dir, "recovery.signal")),
		label:    database.Exists(filepath.Join(dir, "backup_label")),
	}
}

// String names what is there.
func (s signals) String() string {
	switch {
	case s.standby && s.recovery:
		return "standby.signal and recovery.signal are there"
	case s.standby:
		return "standby.signal is there"
	case s.recovery:
		return "recovery.signal is there"
	default:
		return "there is no standby.signal"
	}
}

// stoppedRole is the role of a stopped server, or the reason why it cannot be
// told. What speaks for both roles is neither.
func stoppedRole(state clusterState, files signals) (role, reason string) {
	contradiction := fmt.Sprintf("the control file says %q, but %s", state, files)
	switch state {
	case inArchiveRecovery, shutDownInRecovery:
		return database.Secondary, ""
	case shutDown:
		switch {
		case files.standby:
			return database.Secondary, "" // made ready to follow: the next start decides
		case files.recovery:
			return "", contradiction
		}
		return database.Primary, ""
	case inProduction, shuttingDown, inCrashRecovery:
		switch {
		case files.standby && files.label:
			return database.Secondary, "" // a base backup that has not been started yet
		case files.standby, files.recovery:
			return "", contradiction
		case files.label:
			return "", fmt.Sprintf("the control file says %q, but backup_label is there: it may be a backup that was never started, or a primary that crashed during one", state)
		}
		return database.Primary, ""
	default:
		return "", fmt.Sprintf("the control file says %q", state)
	}
}
