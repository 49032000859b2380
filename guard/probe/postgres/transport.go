package postgres

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"

	"blastguard/guard/probe/database"
)

// open connects to an upstream with the standby's own settings.
func (u upstream) open(ctx context.Context, place endpoint, replication bool) (*session, error) {
	as := startup{user: cmp.Or(u.settings["user"], "postgres"), database: "postgres", replication: replication}
	as.password = u.password(place, as)
	conn, err := u.dial(ctx, place, &as)
	if err != nil {
		return nil, err
	}
	return openSession(ctx, conn, as)
}

func (u upstream) password(place endpoint, as startup) string {
	if password := u.settings["password"]; password != "" {
		return password
	}
	path := u.settings["passfile"]
	if path == "" {
		return ""
	}
	database := as.database
	if as.replication {
		database = "replication"
	}
	named := place
	named.host = cmp.Or(u.settings["host"], place.host)
	return cmp.Or(passwordFrom(path, place, database, as.user), passwordFrom(path, named, database, as.user))
}

func (u upstream) dial(ctx context.Context, place endpoint, as *startup) (net.Conn, error) {
	if place.host == "" || strings.HasPrefix(place.host, "/") {
		as.private = true
		conn, _, err := dialSocket(ctx, cmp.Or(place.host, "/var/run/postgresql"), place.port, u.uid)
		return conn, err
	}
	conn, err := dialHost(ctx, place)
	if err != nil {
		return nil, err
	}
	secured, err := secure(ctx, conn, place.host, u.settings)
	if err != nil {
		conn.Close()
		return nil, err
	}
	as.private = secured != conn
	return secured, nil
}

// dialHost connects to a server elsewhere. Only its name, if it has one, is
// looked up; a name service that is down leaves the upstream unknown.
func dialHost(ctx context.Context, place endpoint) (net.Conn, error) {
	dialer := net.Dialer{Resolver: &net.Resolver{PreferGo: true}}
	return dialer.DialContext(ctx, "tcp", net.JoinHostPort(place.host, fmt.Sprint(place.port)))
}

// secure starts TLS as sslmode wants it: unless told otherwise when the server
// offers it. Without a reason to do more the server's certificate is not
// verified, as with libpq.
func secure(ctx context.Context, conn net.Conn, host string, settings map[string]string) (net.Conn, error) {
	mode := cmp.Or(settings["sslmode"], "prefer")
	if mode == "disable" {
		return conn, nil
	}
	offered, err := offersTLS(ctx, conn)
	if err != nil {
		return nil, err
	}
	if !offered {
		if mode == "prefer" || mode == "allow" {
			return conn, nil
		}
		return nil, errors.New("the server does not offer TLS, and sslmode asks for it")
	}
	config, err := tlsConfig(mode, host, settings)
	if err != nil {
		return nil, err
	}
	client := tls.Client(conn, config)
	if err := client.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("start TLS: %w", err)
	}
	return client, nil
}

func offersTLS(ctx context.Context, conn net.Conn) (bool, error) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	request, err := (&pgproto3.SSLRequest{}).Encode(nil)
	if err != nil {
		return false, err
	}
	if _, err := conn.Write(request); err != nil {
		return false, err
	}
	reply := make([]byte, 1)
	if _, err := io.ReadFull(conn, reply); err != nil {
		return false, err
	}
	return reply[0] == 'S', nil
}

func tlsConfig(mode, host string, settings map[string]string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host, InsecureSkipVerify: true}
	if settings["sslcert"] != "" && settings["sslkey"] != "" {
		certificate, err := tls.LoadX509KeyPair(settings["sslcert"], settings["sslkey"])
		if err != nil {
			return nil, errors.New("the client certificate of the connection string cannot be read")
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	if mode != "verify-ca" && mode != "verify-full" {
		return config, nil
	}
	const limit = 4 << 20
	roots, err := database.ReadSmall(settings["sslrootcert"], limit)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(roots) {
		return nil, errors.New("the root certificate of the connection string cannot be read")
	}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		options := x509.VerifyOptions{Roots: pool, Intermediates: x509.NewCertPool()}
		for _, certificate := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(certificate)
		}
		if mode == "verify-full" {
			options.DNSName = host
		}
		_, err := state.PeerCertificates[0].Verify(options)
		return err
	}
	return config, nil
}
