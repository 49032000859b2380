package secret

import (
	"strings"
	"testing"
	"time"
)

func TestLongTextsAreMaskedInAFewPasses(t *testing.T) {
	const size = 50_000
	for _, piece := range []string{"a", "=", ":", "'", "\\", " ", "-", "a=", "token=", "token:", "token: '", "token=a ", "token=' ", "://", "://a:b@", "eyJ", "eyJ.a.b", "bearer ", "PRIVATE KEY-----", "-----BEGIN ", "--password ", " -token", "mysql -p", "AKIA", "[masked]", "0000", "cookie: ", "token='\"", "\"=", " =", "token=\\", "0000 "} {
		text := strings.Repeat(piece, size/len(piece))
		start := time.Now()
		m := New([]string{"0000", "bbbb"})
		got := m.Text(text)
		m.Argv([]string{text})
		Found([]string{text})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%q: %s, %d → %d bytes", piece, took, len(text), len(got))
		}
	}
}
