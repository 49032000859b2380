package guard

import "testing"

func TestAmountsAreReadAloud(t *testing.T) {
	for got, want := range map[string]string{
		Amount(1, "entry", "entries"): "1 entry", Amount(2, "entry", "entries"): "2 entries",
		Amount(0, "program"): "0 programs", Amount(1, "program"): "1 program", Amount(12, "program"): "12 programs",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A character is kept whole or left out.
func TestShortenedTextsStayText(t *testing.T) {
	for _, test := range []struct {
		text string
		size int
		want string
	}{
		{"rm -rf a", 8, "rm -rf a"}, {"rm -rf a", 2, "rm…"}, {"aé", 2, "a…"}, {"", 0, ""},
	} {
		if got := Shorten(test.text, test.size); got != test.want {
			t.Errorf("%q to %d: %q, want %q", test.text, test.size, got, test.want)
		}
	}
}
