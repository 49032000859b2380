package postgres_test

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/probe/pgtest"
	"blastguard/guard/probe/postgres"
)

func TestAskingAServerByItsPlace(t *testing.T) {
	pair := pgtest.StartPair(t)
	for name, host := range map[string]string{"by socket": pair.Primary.SocketDir, "by address": "127.0.0.1"} {
		value, evidence, err := postgres.Measure(t.Context(), map[string]any{"host": host, "port": int64(pair.Primary.Port), "data_directory": pair.Primary.Dir})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantServer(t, value, map[string]any{
			"role": "primary", "lag": nil, "upstream_alive": nil, "dependents": int64(1), "data_directory": pair.Primary.Dir,
			"identity": "postgresql " + pair.Primary.Identity(), "port": int64(pair.Primary.Port),
		})
		if len(evidence) != 1 || !strings.HasPrefix(evidence[0], "asked PostgreSQL ") {
			t.Errorf("%s: evidence is %q", name, evidence)
		}
	}
	value, _, err := postgres.Measure(t.Context(), map[string]any{"host": "127.0.0.1", "port": float64(pair.Standby.Port)})
	if err != nil {
		t.Fatal(err)
	}
	wantServer(t, value, map[string]any{"role": "secondary", "upstream_alive": true, "dependents": int64(0)})
	for _, name := range postgres.Kind().Result {
		if _, there := value.(map[string]any)[name]; !there {
			t.Errorf("the answer has no %q", name)
		}
	}

	pair.Primary.SQL("SET password_encryption = 'scram-sha-256'; CREATE ROLE reader LOGIN PASSWORD 'secret'")
	setAccess(t, pair.Primary, "local all postgres trust", "host all reader 127.0.0.1/32 scram-sha-256")
	passfile := filepath.Join(t.TempDir(), "pass")
	write(t, passfile, "127.0.0.1:*:*:reader:secret\n")
	value, _, err = postgres.Measure(t.Context(), map[string]any{"host": "127.0.0.1", "port": int64(pair.Primary.Port), "user": "reader", "passfile": passfile})
	if err != nil {
		t.Fatal(err)
	}
	wantServer(t, value, map[string]any{"role": "primary"})
	if _, open := value.(map[string]any)["data_directory"].(guard.Unmeasured); !open {
		t.Errorf("a login without rights sees the data directory: %v", value)
	}
}

func wantServer(t *testing.T, value any, want map[string]any) {
	t.Helper()
	got := value.(map[string]any)
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
}

func TestAServerThatIsNotTheOneAskedFor(t *testing.T) {
	server := pgtest.StartPrimary(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for name, test := range map[string]struct {
		args   map[string]any
		reason string
	}{
		"another data directory": {map[string]any{"host": "127.0.0.1", "port": int64(server.Port), "data_directory": "/elsewhere"}, "its data directory is"},
		"nobody there":           {map[string]any{"host": "127.0.0.1", "port": int64(1)}, "refused"},
		"no socket there":        {map[string]any{"host": t.TempDir()}, "no such file"},
		"a silent server":        {map[string]any{"host": "127.0.0.1", "port": int64(silent.Addr().(*net.TCPAddr).Port)}, "no answer in time"},
		"an unknown user":        {map[string]any{"host": server.SocketDir, "port": int64(server.Port), "user": "missing"}, `role "missing" does not exist`},
		"a port that is none":    {map[string]any{"port": 0.5}, "port"},
		"a host that is none":    {map[string]any{"host": int64(1)}, "host"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), shortTime)
		value, _, err := postgres.Measure(ctx, test.args)
		cancel()
		if err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: %v, %v, want an error with %q", name, value, err, test.reason)
		}
	}
}

func TestTheKind(t *testing.T) {
	if postgres.Kind().Name != "postgres" {
		t.Error("the kind has another name")
	}
}
