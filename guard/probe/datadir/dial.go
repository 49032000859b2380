package datadir

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
)

const defaultPort = 5432

// dialSocket connects to a server's Unix socket as a user of this host, and
// says which process listens there (0: not known).
func dialSocket(ctx context.Context, directory string, port, uid int) (net.Conn, int, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	descriptor, err := dialAs(directory, ".s.PGSQL."+strconv.Itoa(port), uid)
	if errors.Is(err, syscall.EAGAIN) {
		// Its queue is full: it runs, but takes no connections any more.
		return nil, 0, fmt.Errorf("%w: %w", os.ErrDeadlineExceeded, err)
	}
	if err != nil {
		return nil, 0, err
	}
	listener := peerProcess(descriptor)
	file := os.NewFile(uintptr(descriptor), "socket")
	defer file.Close()
	conn, err := net.FileConn(file)
	return conn, listener, err
}

// dialAddress connects to a numeric address.
func dialAddress(ctx context.Context, address string, port int) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(port)))
}

// isTimeout: nobody answered in time.
func isTimeout(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &network) && network.Timeout()
}
