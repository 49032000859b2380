package postgres

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard/probe/database"
	"blastguard/guard/probe/pgtest"
)

func TestTheControlFileAsPgControldataReadsIt(t *testing.T) {
	server := pgtest.StartPrimary(t)
	check := func(when string) {
		t.Helper()
		control, err := readControl(server.Dir)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		want := server.ControlData()
		if got := control.state.String(); got != want["Database cluster state"] {
			t.Errorf("%s: state is %q, pg_controldata says %q", when, got, want["Database cluster state"])
		}
		if got := control.identity(); got != "postgresql "+want["Database system identifier"] {
			t.Errorf("%s: identity is %q, pg_controldata says %q", when, got, want["Database system identifier"])
		}
	}
	check("running")
	server.Stop()
	check("stopped")
	server.Start()
	server.Kill()
	check("killed")
}

// controlBytes is a control file of a version, as far as guard reads it.
func controlBytes(version, state uint32, end int) []byte {
	content := make([]byte, controlFileLimit)
	binary.LittleEndian.PutUint64(content[systemIDOffset:], 7301234567890123456)
	binary.LittleEndian.PutUint32(content[controlVersionOffset:], version)
	binary.LittleEndian.PutUint32(content[stateOffset:], state)
	sum := crc32.Checksum(content[:end], crc32.MakeTable(crc32.Castagnoli))
	binary.LittleEndian.PutUint32(content[end:], sum)
	return content
}

func TestControlFileVersions(t *testing.T) {
	for version, end := range map[uint32]int{1201: 288, 1300: 288, 1700: 288, 1800: 292} {
		control, err := parseControl(controlBytes(version, uint32(inProduction), end))
		if err != nil || control.state != inProduction || control.identity() != "postgresql 7301234567890123456" {
			t.Errorf("version %d: %v, %v", version, control, err)
		}
	}
	for name, test := range map[string]struct {
		content []byte
		reason  string
	}{
		"a version of the future":          {controlBytes(1900, 6, 288), "version 1900"},
		"a version of the past":            {controlBytes(1100, 6, 288), "version 1100"},
		"another byte order":               {controlBytes(1300<<16, 6, 288), "version"},
		"an empty file":                    {nil, "only 0 bytes"},
		"a file that ends in the middle":   {controlBytes(1300, 6, 288)[:100], "only 100 bytes"},
		"a wrong checksum":                 {controlBytes(1300, 6, 292), "checksum"},
		"a layout of PostgreSQL 18 for 16": {controlBytes(1800, 6, 288), "checksum"},
	} {
		if _, err := parseControl(test.content); err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: error is %v, want one with %q", name, err, test.reason)
		}
	}
}

func TestAControlFileThatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := readControl(dir); err != errNoControlFile {
		t.Errorf("none: %v", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "global", "pg_control"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := readControl(dir); err == nil || err == errNoControlFile {
		t.Errorf("a directory: %v", err)
	}
}

// FuzzParseControl: nothing that is read is believed without its checksum.
func FuzzParseControl(f *testing.F) {
	f.Add(controlBytes(1300, uint32(shutDown), 288))
	f.Add(controlBytes(1800, uint32(inArchiveRecovery), 292))
	f.Add(controlBytes(1300, 99, 288)[:300])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		control, err := parseControl(content)
		if err != nil {
			return
		}
		end, known := checksumOffset(binary.LittleEndian.Uint32(content[controlVersionOffset:]))
		if !known || crc32.Checksum(content[:end], crc32.MakeTable(crc32.Castagnoli)) != binary.LittleEndian.Uint32(content[end:]) {
			t.Fatalf("believed %v without a version or checksum", control)
		}
		for _, files := range []signals{{}, {standby: true}, {recovery: true}, {label: true}, {standby: true, label: true}} {
			role, reason := stoppedRole(control.state, files)
			if (role == "") == (reason == "") || role == database.Primary && (files.standby || files.recovery) {
				t.Fatalf("state %v with %v: role %q, reason %q", control.state, files, role, reason)
			}
		}
	})
}

func TestTheRoleOfAStoppedServer(t *testing.T) {
	const open = ""
	for _, test := range []struct {
		name  string
		state clusterState
		files signals
		role  string
	}{
		{"a primary, shut down", shutDown, signals{}, database.Primary},
		{"a primary that crashed", inProduction, signals{}, database.Primary},
		{"a primary that crashed as it shut down", shuttingDown, signals{}, database.Primary},
		{"a primary that crashed as it recovered", inCrashRecovery, signals{}, database.Primary},
		{"a standby, shut down", shutDownInRecovery, signals{standby: true}, database.Secondary},
		{"a standby that crashed", inArchiveRecovery, signals{standby: true}, database.Secondary},
		{"a standby whose signal is gone", shutDownInRecovery, signals{}, database.Secondary},
		{"a restore in progress", inArchiveRecovery, signals{recovery: true}, database.Secondary},
		{"a primary made ready to follow", shutDown, signals{standby: true}, database.Secondary},
		{"a base backup that was never started", inProduction, signals{standby: true, label: true}, database.Secondary},
		{"a crashed primary with a standby's signal", inProduction, signals{standby: true}, open},
		{"a primary about to be restored", shutDown, signals{recovery: true}, open},
		{"a crash during a backup, or a backup", inProduction, signals{label: true}, open},
		{"a server that never came up", startingUp, signals{}, open},
		{"a state of the future", clusterState(7), signals{standby: true}, open},
	} {
		t.Run(test.name, func(t *testing.T) {
			role, reason := stoppedRole(test.state, test.files)
			if role != test.role || (role == open) == (reason == "") {
				t.Errorf("role is %q with reason %q, want %q", role, reason, test.role)
			}
		})
	}
}
