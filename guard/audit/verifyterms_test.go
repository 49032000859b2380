package audit

import (
	"fmt"
	"strings"
	"testing"
)

// However long the lists of one term are, each row is counted once with its own numbers.
func TestTermsAreReadInPieces(t *testing.T) {
	for _, rows := range []int{1, 2, 4000, 20_000} {
		seeds := newSeeds()
		want := newTally(seeds)
		var at, entries []string
		for i := range rows {
			when, entry := int64(1485883200000000000+i*i), int64(i*7+1)
			want.put(term{"word", "rm"}, when, entry)
			at, entries = append(at, fmt.Sprint(when)), append(entries, fmt.Sprint(entry))
		}
		all := termRows{term{"word", "rm"}, strings.Join(at, ","), strings.Join(entries, ",")}
		p := newTermReader(seeds)
		p.hand(all)
		if got, problem := p.wait(); problem != nil || !got.equal(want) {
			t.Errorf("%d rows: another tally, %v", rows, problem)
		}
		for name, broken := range map[string]termRows{
			"one entry less":  {all.of, all.at + ",1", all.entries},
			"one entry more":  {all.of, all.at, all.entries + ",1"},
			"what is no time": {all.of, all.at + ",x", all.entries + ",1"},
			"an empty one":    {all.of, all.at + ",", all.entries + ",1"},
			"a real number":   {all.of, all.at + ",1", all.entries + ",1.0"},
		} {
			p := newTermReader(seeds)
			p.hand(broken)
			if _, problem := p.wait(); problem == nil {
				t.Errorf("%d rows, %s: no problem", rows, name)
			}
		}
	}
}
