package postgres_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/probe/database"
	"blastguard/guard/probe/pgtest"
)

// setAccess replaces pg_hba.conf and waits until it counts.
func setAccess(t *testing.T, server *pgtest.Server, lines ...string) {
	t.Helper()
	write(t, filepath.Join(server.Dir, "pg_hba.conf"), strings.Join(lines, "\n")+"\n")
	giveTo(t, filepath.Join(server.Dir, "pg_hba.conf"), server.Dir)
	server.Stop()
	server.Start()
}

// pointAt sets the upstream of a stopped standby.
func pointAt(t *testing.T, standby *pgtest.Server, conninfo string) {
	t.Helper()
	line := "primary_conninfo = '" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(conninfo) + "'\n"
	write(t, filepath.Join(standby.Dir, "postgresql.auto.conf"), line)
	giveTo(t, filepath.Join(standby.Dir, "postgresql.auto.conf"), standby.Dir)
}

// wantNoSecret looks for a secret in all that is shown or recorded.
func wantNoSecret(t *testing.T, found any, secret string) {
	t.Helper()
	text, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), secret) {
		t.Errorf("the secret is in %s", text)
	}
}

func TestTheUpstreamIsAskedAsTheStandbyAsks(t *testing.T) {
	pair := pgtest.StartPair(t)
	const secret = "se'c ret\\1"
	pair.Primary.SQL("CREATE ROLE scram LOGIN REPLICATION; CREATE ROLE old LOGIN REPLICATION; CREATE ROLE plain LOGIN")
	pair.Primary.SQL("SET password_encryption = 'scram-sha-256'; ALTER ROLE scram PASSWORD 'se''c ret\\1'; ALTER ROLE plain PASSWORD 'se''c ret\\1'")
	pair.Primary.SQL("SET password_encryption = 'md5'; ALTER ROLE old PASSWORD 'se''c ret\\1'")
	setAccess(t, pair.Primary,
		"local all postgres trust",
		"host replication scram 127.0.0.1/32 scram-sha-256",
		"host replication old 127.0.0.1/32 md5",
		"host postgres plain 127.0.0.1/32 scram-sha-256")
	pair.Standby.Stop()
	passfile := filepath.Join(t.TempDir(), "pass")
	write(t, passfile, fmt.Sprintf("# comment\n127.0.0.1:%d:replication:scram:%s\n", pair.Primary.Port, strings.ReplaceAll(secret, `\`, `\\`)))
	place := fmt.Sprintf("host=127.0.0.1 port=%d", pair.Primary.Port)
	quoted := ` password='se\'c ret\\1'`
	for _, test := range []struct {
		name, conninfo string
		want           any // a bool, or the text of an unknown
	}{
		{"a SCRAM password, for replication only", place + " user=scram" + quoted, true},
		{"an MD5 password, for replication only", place + " user=old" + quoted, true},
		{"a password file", place + " user=scram passfile=" + passfile, true},
		{"a login that is not for replication", place + " user=plain" + quoted, true},
		{"the second of two hosts", fmt.Sprintf("host=127.0.0.1,127.0.0.1 port=1,%d user=scram", pair.Primary.Port) + quoted, true},
		{"a URL", fmt.Sprintf("postgresql://scram:se%%27c%%20ret%%5C1@127.0.0.1:%d/", pair.Primary.Port), true},
		{"a wrong password", place + ` user=scram password='x` + secret[:2] + `wrong'`, "password authentication failed"},
		{"no password", place + " user=scram", "asks for a password"},
		{"a user that does not exist", place + " user=nobody" + quoted, "pg_hba.conf"},
		{"TLS that the server does not offer", place + " user=scram sslmode=require" + quoted, "does not offer TLS"},
		{"nobody there", "host=127.0.0.1 port=1 user=scram" + quoted, false},
		{"no socket there", "host=/nonexistent port=1 user=scram" + quoted, false},
		{"a text that cannot be read", "host" + quoted, "cannot be read"},
	} {
		t.Run(test.name, func(t *testing.T) {
			pointAt(t, pair.Standby, test.conninfo)
			found := only(t, pair.Standby.Dir)
			wantAttributes(t, found, map[string]any{"role": "secondary"})
			wantNoSecret(t, found, "wrong")
			wantNoSecret(t, found, "ret")
			reason, isText := test.want.(string)
			if !isText {
				wantAttributes(t, found, map[string]any{"upstream_alive": test.want})
				return
			}
			if open, ok := found["upstream_alive"].(guard.Unmeasured); !ok || !strings.Contains(open.Reason, reason) {
				t.Errorf("upstream_alive is %v, want unknown with %q", found["upstream_alive"], reason)
			}
		})
	}
}

func TestAnUpstreamThatIsNone(t *testing.T) {
	pair := pgtest.StartPair(t)
	other := pgtest.StartPrimary(t)
	cascade := pgtest.StartStandby(t, pair.Standby)
	found := only(t, cascade.Dir)
	wantAttributes(t, found, map[string]any{"role": "secondary", "upstream_alive": false})
	cascade.Stop()

	pointAt(t, cascade, fmt.Sprintf("host=127.0.0.1 port=%d user=postgres", other.Port))
	found = only(t, cascade.Dir)
	wantAttributes(t, found, map[string]any{"role": "secondary", "upstream_alive": false})
	wantEvidence(t, found, fmt.Sprintf("the upstream 127.0.0.1:%d is another database (system identifier %s)", other.Port, other.Identity()))

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	pointAt(t, cascade, "host=127.0.0.1 user=postgres port="+strconv.Itoa(silent.Addr().(*net.TCPAddr).Port))
	found = measuredWithin(t, shortTime, cascade.Dir)[0]
	if open, ok := found["upstream_alive"].(guard.Unmeasured); !ok || !strings.Contains(open.Reason, "did not answer in time") {
		t.Errorf("a silent upstream: %v", found["upstream_alive"])
	}

	pointAt(t, cascade, "")
	if open, ok := only(t, cascade.Dir)["upstream_alive"].(guard.Unmeasured); !ok {
		t.Errorf("no upstream: %v", open)
	}
}

func TestPeerAuthentication(t *testing.T) {
	server := pgtest.StartPrimary(t)
	owner := database.AccountName(database.OwnerOf(server.Dir))
	if owner == "" {
		t.Skipf("%s: the servers' account has no name in /etc/passwd", t.Name())
	}
	if owner != pgtest.Superuser {
		server.SQL(`CREATE ROLE "` + owner + `" LOGIN SUPERUSER`)
	}
	setAccess(t, server, "local all all peer")
	wantAttributes(t, only(t, server.Dir), map[string]any{"role": "primary"})
	if uid := os.Geteuid(); uid != os.Getuid() {
		t.Errorf("the effective user is left at %d", uid)
	}
}

func TestAServerThatRefusesIsUnknown(t *testing.T) {
	server := pgtest.StartPrimary(t)
	setAccess(t, server, "local all all reject", "host all all 127.0.0.1/32 reject")
	wantUnknown(t, only(t, server.Dir), "is running and refused guard", "pg_hba.conf", `the control file says "in production"`)
}
