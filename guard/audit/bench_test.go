package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
	"blastguard/guard/secret"
)

// operations is the size of the log that is read in benchmarks: set
// AUDIT_BENCH_OPERATIONS=1000000 for the one that the budgets speak of.
func operations(b *testing.B) int {
	n := 20_000
	if text := os.Getenv("AUDIT_BENCH_OPERATIONS"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			b.Fatal(err)
		}
	}
	return n
}

// large makes a log of n operations, two entries each, in large transactions.
func large(b *testing.B, n int) string {
	path := filepath.Join(b.TempDir(), "audit.db")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := openLog(b, path)
	must(b, l.conn.run("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 10000; PRAGMA cache_size = -200000"))
	h, f := head{}, frontier{}
	salt := make([]byte, saltLength)
	mask := secret.New(nil)
	add := func(d draft) {
		now = now.Add(time.Second)
		a, text, err := d.body(h.Size+1, now)
		must(b, err)
		leaf, _ := leafHash(nil, salt, text)
		next, nodes := f.add(h.Size, leaf)
		must(b, l.insert(b.Context(), a, salt, nodes, text))
		h, f = head{h.Size + 1, next.root()}, next
	}
	intent := intentOf(guard.Accepted, "rm", "-rf", "/srv/x")
	template, err := newDraft(body{About: aboutIntent(intent, mask), Guard: l.self, Intent: &intent}, mask)
	must(b, err)
	must(b, l.conn.run("BEGIN"))
	for i := range n {
		d := template
		d.about.Programs = []string{[]string{"rm", "dd", "systemctl"}[i%3]}
		d.about.User = []string{"maria", "jon"}[i%2]
		d.about.Targets = []string{fmt.Sprintf("/srv/t%d", i%5000)}
		d.about.Command = "rm -rf " + d.about.Targets[0]
		add(d)
		exit, err := newDraft(body{About: about{Kind: kindExit, Of: h.Size, Started: true}, Guard: l.self, Outcome: &guard.Outcome{Started: true}}, mask)
		must(b, err)
		add(exit)
		if i%20000 == 19999 {
			must(b, l.conn.exec(b.Context(), "UPDATE head SET size = ?, root = ?, frontier = ?", h.Size, h.Root[:], join(f)))
			must(b, l.conn.run("COMMIT; BEGIN"))
		}
	}
	must(b, l.conn.exec(b.Context(), "UPDATE head SET size = ?, root = ?, frontier = ?", h.Size, h.Root[:], join(f)))
	must(b, l.conn.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)"))
	must(b, writeHead(path, h, 0o600))
	must(b, l.conn.close())
	return path
}

func BenchmarkLargeLog(b *testing.B) {
	n := operations(b)
	path := large(b, n)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as guard history verify has it
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			r := openReader(b, path)
			if v, err := r.Verify(b.Context(), nil); err != nil || !v.OK {
				b.Fatal(v, err)
			}
		}
		b.ReportMetric(float64(2*n*b.N)/b.Elapsed().Seconds(), "entries/s")
	})
	for _, search := range []struct {
		name   string
		filter history.Filter
	}{
		{"list", history.Filter{}},
		{"search/program", history.Filter{Program: "dd"}},
		{"search/user and program", history.Filter{Program: "dd", User: "jon"}},
		{"search/target", history.Filter{Target: "/srv/t17"}},
		{"search/text", history.Filter{Text: "/srv/t4999"}},
		{"search/text of many", history.Filter{Text: "rm"}},
		{"search/text of many, the last page", history.Filter{Text: "rm", Before: 200}},
		{"search/text of none", history.Filter{Text: "rm -rf /srv/zzz"}},
		{"search/early time", history.Filter{Until: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)}},
		{"search/contradiction", history.Filter{Verdict: "reject", User: "jon"}},
	} {
		b.Run(search.name, func(b *testing.B) {
			for b.Loop() {
				r := openReader(b, path)
				if _, err := r.List(b.Context(), search.filter); err != nil {
					b.Fatal(err)
				}
				must(b, r.Close())
			}
		})
	}
	b.Run("show", func(b *testing.B) {
		for b.Loop() {
			r := openReader(b, path)
			if _, err := r.Get(b.Context(), int64(n)); err != nil {
				b.Fatal(err)
			}
			must(b, r.Close())
		}
	})
}

func BenchmarkCommand(b *testing.B) {
	path := newPath(b)
	for b.Loop() {
		l, err := Open(b.Context(), Config{Path: path})
		must(b, err)
		must(b, command(b.Context(), l))
		must(b, l.Close())
		must(b, l.conn.sqlite.Close())
	}
}
