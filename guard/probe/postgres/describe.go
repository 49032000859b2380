package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// Engine is the name of PostgreSQL in answers.
const Engine = "postgresql"

// IsServer tells whether a program of this name is a server of PostgreSQL, or a process
// that one has started.
func IsServer(program string) bool {
	return strings.Contains(program, "postgres") || strings.Contains(program, "postmaster")
}

// Describe says what a data directory of PostgreSQL is: what its files tell, whether a
// server runs in it, and its role. The server and those beside it are asked until the
// deadline of ctx; what they do not say by then is unknown.
func Describe(ctx context.Context, found database.Directory) database.Database {
	d := database.Database{Path: found.Path, Engine: Engine, Version: majorVersion(found.Path), Evidence: found.Why}
	control, controlErr := readControl(found.Path)
	switch {
	case controlErr == nil:
		d.State, d.Identity = control.state.String(), control.identity()
	case errors.Is(controlErr, errNoControlFile):
		d.State, d.Identity = "incomplete", nil
	default:
		reason := controlProblem(controlErr)
		d.State, d.Identity = database.Unknown(reason), database.Unknown(reason)
	}
	server, running := findPostmaster(found.Path, found.Processes)
	d.Running = running
	if running && server.doubt != "" {
		d.Running = database.Unknown(server.doubt)
	}
	switch {
	case running:
		describeRunning(ctx, &d, server, control, controlErr)
	case controlErr != nil:
		d.RoleUnknown("no server runs in it, and its role cannot be told: " + controlProblem(controlErr))
	default:
		describeStopped(ctx, &d, control)
		if d.Role == database.Primary {
			succeeded(ctx, &d, control, successors(found))
		}
	}
	return d
}

// controlProblem says why the control file tells nothing.
func controlProblem(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return database.NeedsRoot("read global/pg_control", err)
	}
	return guard.Printable(err.Error())
}

// majorVersion is what PG_VERSION says, nil when it cannot be read.
func majorVersion(dir string) any {
	content, err := database.ReadSmall(filepath.Join(dir, "PG_VERSION"), 32)
	version := strings.TrimSpace(string(content))
	if err != nil || version == "" || strings.Trim(version, "0123456789.") != "" {
		return nil
	}
	return version
}

// describeRunning asks the server. What it says counts only if it is really the
// server of this directory.
func describeRunning(ctx context.Context, d *database.Database, server postmaster, control controlFile, controlErr error) {
	if server.port != 0 {
		d.Port = int64(server.port)
	}
	name := fmt.Sprintf("PostgreSQL%s (pid %d)", versionText(d.Version), server.pid)
	told, err := askPostmaster(ctx, d.Path, server)
	if err != nil {
		d.RoleUnknown(name + " is running and " + inReply(err, server) + "; " + controlSays(control, controlErr))
		return
	}
	if doubt := mismatch(d.Path, server, told, control, controlErr); doubt != "" {
		d.RoleUnknown(name + " is running, but is not believed: " + doubt)
		return
	}
	if told.version != "" {
		d.Version = told.version
	}
	d.Say(fmt.Sprintf("asked PostgreSQL%s on port %d (pid %d), which says this is its data directory", versionText(majorVersion(d.Path)), server.port, server.pid))
	if !told.inRecovery {
		d.IsPrimary()
		return
	}
	d.Role, d.Lag = database.Secondary, told.lag
	follow(ctx, d, told.conninfo, told.systemID, told.sender)
}

func versionText(version any) string {
	if text, ok := version.(string); ok {
		return " " + text
	}
	return ""
}

// controlSays quotes the control file beside a server that could not be asked.
func controlSays(control controlFile, err error) string {
	if err != nil {
		return controlProblem(err)
	}
	return fmt.Sprintf("the control file says %q", control.state)
}

// mismatch says why an answer is not that of this directory's server, "" when
// it is.
func mismatch(dir string, server postmaster, told answer, control controlFile, controlErr error) string {
	switch {
	case controlErr != nil:
		return controlProblem(controlErr)
	case told.identity() != control.identity():
		return "its system identifier " + guard.Printable(told.systemID) + " is not that of this directory"
	case told.dataDirectory == "" && server.doubt != "":
		return server.doubt
	case told.dataDirectory == "":
		return "" // the process works in this directory; it only may not say so to guard
	case !sameDirectory(dir, server.pid, told.dataDirectory):
		return "it says that its data directory is " + guard.Printable(told.dataDirectory)
	default:
		return ""
	}
}

// sameDirectory compares by device and inode; the server's path may be one
// inside its container.
func sameDirectory(dir string, pid int, said string) bool {
	here, err := database.IDOf(dir)
	if err != nil || !filepath.IsAbs(said) {
		return false
	}
	for _, path := range []string{said, database.ProcPath(pid, "root") + said} {
		if id, err := database.IDOf(path); err == nil && id == here {
			return true
		}
	}
	return false
}

// follow asks the upstream of a secondary.
func follow(ctx context.Context, d *database.Database, conninfo, systemID string, sender endpoint) {
	if conninfo == "" {
		d.UpstreamAlive = database.Unknown("the standby's primary_conninfo is not known")
		return
	}
	upstream, err := newUpstream(conninfo, systemID, sender)
	if err != nil {
		d.UpstreamAlive = database.Unknown("primary_conninfo: " + err.Error())
		return
	}
	upstream.uid = loginsFor(d.Path)[0].uid
	d.Upstream = upstream.String()
	value, line := upstream.alive(ctx)
	d.UpstreamAlive = value
	d.Say(line)
}
