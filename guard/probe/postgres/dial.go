package postgres

import (
	"context"
	"net"
	"strconv"

	"blastguard/guard/probe/database"
)

const defaultPort = 5432

// dialSocket connects to a server's Unix socket as a user of this host, and
// says which process listens there (0: not known).
func dialSocket(ctx context.Context, directory string, port, uid int) (net.Conn, int, error) {
	return database.DialSocket(ctx, directory, ".s.PGSQL."+strconv.Itoa(port), uid)
}
