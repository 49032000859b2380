package lang

import (
	"math/big"
	"testing"
)

func TestOneOfSomethingIsSaidInTheSingular(t *testing.T) {
	for label, want := range map[string]string{
		"entries": "1 entry", "hosts": "1 host", "databases": "1 database", "addresses": "1 address", "status": "1 status",
		"series": "1 series", "indexes": "1 indexes", "staff": "1 staff", "s": "1 s",
	} {
		if got := UnitsOf(big.NewRat(1, 1), label); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := UnitsOf(big.NewRat(2, 1), "entries"); got != "2 entries" {
		t.Errorf("two: got %q", got)
	}
}
