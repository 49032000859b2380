package audit

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
)

// Each decision sends one datagram, which holds what proves the entry later.
func TestEachDecisionIsALineOfTheJournal(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "log")
	journal, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	path := newPath(t)
	l := openLog(t, path, func(c *Config) { c.Syslog = socketSyslog{path: socket} })
	id := accept(t, l, intentOf(guard.Accepted, "rm", "-rf", "/srv/a"))

	buffer := make([]byte, 4096)
	n, err := journal.Read(buffer)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := openReader(t, path).Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	line := string(buffer[:n])
	for _, want := range []string{"<85>", fmt.Sprintf("entry=%d ", id), "decision=accept", "host=" + entry.Intent.Request.Host.Name, "leaf=" + entry.Leaf, "target="} {
		if !strings.Contains(line, want) {
			t.Errorf("%q is not in %q", want, line)
		}
	}
}

// A journal that is not there stops nothing.
func TestAMissingJournalStopsNothing(t *testing.T) {
	l := openLog(t, newPath(t), func(c *Config) { c.Syslog = socketSyslog{path: filepath.Join(t.TempDir(), "none")} })
	if id := accept(t, l, intentOf(guard.Accepted, "rm", "/srv/a")); id != 1 {
		t.Errorf("entry %d, want 1", id)
	}
}
