package audit

import (
	"os"
	"testing"

	"blastguard/guard"
)

// A supervised script closes the log after each step and goes on using it: the
// connection must still wait for others, and keep its settings.
func TestALogThatWasClosedGoesOnAsItWas(t *testing.T) {
	path := newPath(t)
	l := openLog(t, path)
	for size := int64(0); size < checkpointAt; {
		accept(t, l, intentOf(guard.Accepted, "rm", "/srv/a"))
		info, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		size = info.Size()
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() >= checkpointAt {
		t.Fatalf("the write-ahead log was not copied: %v, %v", info, err)
	}
	if err := checkPragmas(t.Context(), l.conn); err != nil {
		t.Error(err)
	}
	accept(t, l, intentOf(guard.Accepted, "rm", "/srv/b"))
	if v := verify(t, path); !v.OK {
		t.Errorf("it does not verify: %+v", v)
	}
}
