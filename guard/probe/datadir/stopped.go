package datadir

import (
	"context"
	"fmt"
	"path/filepath"
)

// describeStopped takes the role of a server that does not run from its files.
func describeStopped(ctx context.Context, d *database, control controlFile) {
	signals := signalsIn(d.path)
	role, reason := stoppedRole(control.state, signals)
	if reason != "" {
		d.roleUnknown("no server runs in it; " + reason)
		return
	}
	d.say(fmt.Sprintf("no server runs in it; the control file says %q, and %s", control.state, signals))
	if role == primary {
		d.isPrimary()
		return
	}
	d.role = secondary
	d.lag = unknown("the server does not run, so it cannot say how far it lags")
	systemID := fmt.Sprint(control.systemID)
	d.follow(ctx, configuredUpstream(d.path), systemID, endpoint{})
}

// signals are the files that tell PostgreSQL how to start.
type signals struct {
	standby  bool // standby.signal: as a standby
	recovery bool // recovery.signal: restore from an archive, then as a primary
	label    bool // backup_label: from a backup, so the control file is its origin's
}

func signalsIn(dir string) signals {
	return signals{
		standby:  exists(filepath.Join(dir, "standby.signal")),
		recovery: exists(filepath.Join(dir, "recovery.signal")),
		label:    exists(filepath.Join(dir, "backup_label")),
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
		return secondary, ""
	case shutDown:
		switch {
		case files.standby:
			return secondary, "" // made ready to follow: the next start decides
		case files.recovery:
			return "", contradiction
		}
		return primary, ""
	case inProduction, shuttingDown, inCrashRecovery:
		switch {
		case files.standby && files.label:
			return secondary, "" // a base backup that has not been started yet
		case files.standby, files.recovery:
			return "", contradiction
		case files.label:
			return "", fmt.Sprintf("the control file says %q, but backup_label is there: it may be a backup that was never started, or a primary that crashed during one", state)
		}
		return primary, ""
	default:
		return "", fmt.Sprintf("the control file says %q", state)
	}
}
