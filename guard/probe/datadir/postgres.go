package datadir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"blastguard/guard"
)

// describePostgres says what a PostgreSQL data directory is.
func describePostgres(ctx context.Context, found site, processes []process, candidates []upstream) database {
	d := database{path: found.path, engine: postgresql, version: majorVersion(found.path), evidence: found.why}
	control, controlErr := readControl(found.path)
	switch {
	case controlErr == nil:
		d.state, d.identity = control.state.String(), control.identity()
	case errors.Is(controlErr, errNoControlFile):
		d.state, d.identity = "incomplete", nil
	default:
		reason := controlProblem(controlErr)
		d.state, d.identity = unknown(reason), unknown(reason)
	}
	server, running := findPostmaster(found.path, processes)
	d.running = running
	if running && server.doubt != "" {
		d.running = unknown(server.doubt)
	}
	switch {
	case running:
		describeRunning(ctx, &d, server, control, controlErr)
	case controlErr != nil:
		d.roleUnknown("no server runs in it, and its role cannot be told: " + controlProblem(controlErr))
	default:
		describeStopped(ctx, &d, control)
		if d.role == primary {
			d.succeeded(ctx, control, successors(found, processes, candidates))
		}
	}
	return d
}

// controlProblem says why the control file tells nothing.
func controlProblem(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return needsRoot("read global/pg_control", err)
	}
	return guard.Printable(err.Error())
}

// majorVersion is what PG_VERSION says, nil when it cannot be read.
func majorVersion(dir string) any {
	content, err := readSmall(filepath.Join(dir, "PG_VERSION"), 32)
	version := strings.TrimSpace(string(content))
	if err != nil || version == "" || strings.Trim(version, "0123456789.") != "" {
		return nil
	}
	return version
}

// describeRunning asks the server. What it says counts only if it is really the
// server of this directory.
func describeRunning(ctx context.Context, d *database, server postmaster, control controlFile, controlErr error) {
	if server.port != 0 {
		d.port = int64(server.port)
	}
	name := fmt.Sprintf("PostgreSQL%s (pid %d)", versionText(d.version), server.pid)
	told, err := askPostmaster(ctx, d.path, server)
	if err != nil {
		d.roleUnknown(name + " is running and " + inReply(err, server) + "; " + controlSays(control, controlErr))
		return
	}
	if doubt := mismatch(d.path, server, told, control, controlErr); doubt != "" {
		d.roleUnknown(name + " is running, but is not believed: " + doubt)
		return
	}
	if told.version != "" {
		d.version = told.version
	}
	d.say(fmt.Sprintf("asked PostgreSQL%s on port %d (pid %d), which says this is its data directory", versionText(majorVersion(d.path)), server.port, server.pid))
	if !told.inRecovery {
		d.isPrimary()
		return
	}
	d.role, d.lag = secondary, told.lag
	d.follow(ctx, told.conninfo, told.systemID, told.sender)
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
	here, err := idOf(dir)
	if err != nil || !filepath.IsAbs(said) {
		return false
	}
	for _, path := range []string{said, procPath(pid, "root") + said} {
		if id, err := idOf(path); err == nil && id == here {
			return true
		}
	}
	return false
}

// follow asks the upstream of a secondary.
func (d *database) follow(ctx context.Context, conninfo, systemID string, sender endpoint) {
	if conninfo == "" {
		d.upstreamAlive = unknown("the standby's primary_conninfo is not known")
		return
	}
	upstream, err := newUpstream(conninfo, systemID, sender)
	if err != nil {
		d.upstreamAlive = unknown("primary_conninfo: " + err.Error())
		return
	}
	upstream.uid = loginsFor(d.path)[0].uid
	d.upstream = upstream.String()
	value, line := upstream.alive(ctx)
	d.upstreamAlive = value
	d.say(line)
}
