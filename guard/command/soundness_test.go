package command

import (
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// A line with flags that nothing declares is read so that it holds whatever they
// are: with each of them declared as a bool flag, and as one that takes a value,
// what was certain is the same, lists have no word more, and what was harmless
// still is. A word with a dash after one is read as a flag all the same, but not as
// a harmless one.
func TestAnUndeclaredFlagMayBeAnything(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	pieces := []string{"--zz", "--zz", "-z", "-fz", "-zf", "--zz=1", "drain", "5", "a", "b", "-d", "--dry-run", "-f", "-n", "7", "--like", "--colour", "-c", "--", ""}
	for range 5000 {
		line := make([]string, random.Intn(8))
		for i := range line {
			line[i] = pieces[random.Intn(len(pieces))]
		}
		for _, kind := range []Type{Bool, String} {
			compareDeclared(t, line, kind)
		}
	}
}

func compareDeclared(t *testing.T, line []string, kind Type) {
	t.Helper()
	declared := pool()
	declared.Flags = append(declared.Flags, Flag{Name: "zz", Short: []string{"z"}, Type: kind})
	operation := op("poolctl", line...)
	was, is := pool().Read(operation), declared.Read(operation)
	if len(is.Problems) > 0 || len(was.Problems) > 0 {
		return
	}
	for name, value := range was.Args {
		if flagBehind(line) {
			break
		}
		if !vaguer(is.Args[name], value) {
			t.Errorf("%q: %s is %s, and with --zz as a %s it is %s", line, name, show(value), kind, show(is.Args[name]))
		}
	}
	if was.Harmless != "" && is.Harmless == "" {
		t.Errorf("%q: harmless by %s, and with --zz as a %s it is not", line, was.Harmless, kind)
	}
}

// flagBehind: a word with a dash, or the rest of a bundle, stands after --zz.
func flagBehind(line []string) bool {
	for i, word := range line[:max(0, len(line)-1)] {
		if slices.Contains([]string{"--zz", "-z", "-fz"}, word) && strings.HasPrefix(line[i+1], "-") {
			return true
		}
	}
	return slices.Contains(line, "-zf")
}
