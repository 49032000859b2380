package machine

import (
	"os"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	for _, test := range []struct {
		name, line string
		want       stat
		ok         bool
	}{
		{"a shell on a terminal", "812 (bash) S 811 812 812 34819 900 4194304 1", stat{"bash", 811, 34819}, true},
		{"a name with parentheses and blanks", "7 (a) b (c) S 1 7 7 0 -1 1", stat{"a) b (c", 1, 0}, true},
		{"a name that looks like fields", "7 () S 99 9 9 9) R 1 7 7 0 -1", stat{") S 99 9 9 9", 1, 0}, true},
		{"nothing", "", stat{}, false},
		{"cut off", "812 (bash) S 811", stat{}, false},
		{"no number", "812 (bash) S x 812 812 34819 900", stat{}, false},
		{"closed before it is opened", ") (", stat{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseStat([]byte(test.line))
			if got != test.want || (err == nil) != test.ok {
				t.Errorf("parseStat = %+v, %v; want %+v, ok %v", got, err, test.want, test.ok)
			}
		})
	}
}

func TestAProcessIsDescribed(t *testing.T) {
	own := ProcessOf(os.Getpid())
	if own.Gone || own.Name == "" || own.User == "" || own.Started.IsZero() || own.Started.After(time.Now().Add(time.Minute)) {
		t.Errorf("this process: %+v", own)
	}
	if none := ProcessOf(1 << 30); !none.Gone {
		t.Errorf("a number that no process has: %+v", none)
	}
}

func TestWhenAProcessWasStarted(t *testing.T) {
	const line = "7 (a) b) S 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 12345 99"
	if got := started([]byte(line), []byte("cpu 1\nbtime 1000\nx 1\n")); !got.Equal(time.Unix(1123, 0)) {
		t.Errorf("got %v", got)
	}
	for _, host := range []string{"", "cpu 1\n", "cpu 1\nbtime x\n"} {
		if got := started([]byte(line), []byte(host)); !got.IsZero() {
			t.Errorf("of %q: %v", host, got)
		}
	}
	if got := started([]byte("7 (a) S 1"), []byte("cpu 1\nbtime 1000\n")); !got.IsZero() {
		t.Errorf("cut off: %v", got)
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("812 (bash) S 811 812 812 34819 900 4194304 1"))
	f.Fuzz(func(t *testing.T, line []byte) {
		if got, err := parseStat(line); err != nil && got != (stat{}) {
			t.Errorf("an error and %+v", got)
		}
	})
}
