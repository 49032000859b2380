package engine

import (
	"context"
	"fmt"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// Describe says what was recognised in a directory: its files, whether a server runs in
// it, and its role. Servers are asked until the deadline of ctx.
func (k Kind) Describe(ctx context.Context, found database.Directory) database.Database {
	switch {
	case !k.IsData():
		return k.detached(found)
	case k.Engine.Describe != nil:
		return k.Engine.Describe(ctx, found)
	default:
		return k.Engine.describe(ctx, found)
	}
}

// detached is a piece of a database that was not found itself.
func (k Kind) detached(found database.Directory) database.Database {
	what := k.Piece.What
	d := database.Database{Path: found.Path, Engine: k.Engine.Name, State: k.Piece.State, Evidence: found.Why, Running: database.Unknown("its database was not found")}
	d.Say("recognised as " + what + " by its files")
	d.RoleUnknown(what + " lies here, and the database that it belongs to was not found running")
	return d
}

// describe says what the files and the processes tell, and asks the server where guard
// can.
func (e *Engine) describe(ctx context.Context, found database.Directory) database.Database {
	d := database.Database{Path: found.Path, Engine: e.Name, State: "not running", Running: false, Evidence: found.Why}
	if e.Version != nil {
		d.Version = e.Version(found.Path)
	}
	if e.Identity != nil {
		d.Identity = e.Identity(found.Path)
	}
	d.RoleUnknown(fmt.Sprintf("guard cannot ask %s for its role yet; find it out by hand (%s), then override this check with a reason", e.Product, e.ByHand))
	server, running := e.server(found)
	if !running {
		pid := e.unseen(found)
		if pid != 0 {
			d.Running = database.Unknown(fmt.Sprintf("a %s (pid %d) runs, and where cannot be read; %s", e.Product, pid, guard.NeedsRoot))
		}
		d.Say("recognised as " + e.Product + " by its files; no server was seen running in it")
		if pid == 0 && e.Offline != nil {
			e.Offline(ctx, &d, found)
		}
		return d
	}
	d.State, d.Running = "running", true
	line := fmt.Sprintf("%s (pid %d) is running in it", e.Product, server.PID)
	if ports := database.ListeningOf(server.PID).Ports; len(ports) > 0 {
		d.Port = int64(ports[0])
		line += fmt.Sprintf(", on port %d", ports[0])
	}
	d.Say(line)
	if e.Live != nil {
		e.Live(ctx, &d, found, server)
	}
	return d
}
