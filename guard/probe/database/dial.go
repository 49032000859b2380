package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
)

// DialSocket connects to the Unix socket called name in directory as a user of this
// host (-1: guard's own), and says which process listens there (0: not known). Only root
// may be another user. A socket whose queue is full is a timeout.
func DialSocket(ctx context.Context, directory, name string, uid int) (net.Conn, int, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	descriptor, err := dialAs(directory, name, uid)
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

// DialAddress connects to a numeric address.
func DialAddress(ctx context.Context, address string, port int) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(port)))
}

// IsTimeout tells whether the error is that nobody answered in time.
func IsTimeout(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &network) && network.Timeout()
}
