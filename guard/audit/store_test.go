package audit

import (
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
	"blastguard/guard/history/historytest"
)

// What the readers of a log are promised, whatever it is kept in.
func TestTheLogIsAStore(t *testing.T) {
	err := historytest.Check(t.Context(), func(now func() time.Time) (guard.Log, history.Store, error) {
		path := newPath(t)
		l := openLog(t, path, func(c *Config) { c.Now = now })
		return l, openReader(t, path), nil
	})
	if err != nil {
		t.Error(err)
	}
}
