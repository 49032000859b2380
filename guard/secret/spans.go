package secret

import (
	"slices"
	"sort"
	"strings"
)

// span is a part of a text, in bytes: from ≤ i < to.
type span struct{ from, to int }

type spans []span

// mask replaces the spans of s. Spans that overlap become one, and a mask that
// stands in s already is never cut: a span inside it is dropped, one that cuts
// it is widened over it.
func (found spans) mask(s string) string {
	if len(found) == 0 {
		return s
	}
	merged := found.widen(masksIn(s)).merge()
	var b strings.Builder
	end := 0
	for _, part := range merged {
		b.WriteString(s[end:part.from])
		b.WriteString(Mask)
		end = part.to
	}
	b.WriteString(s[end:])
	return b.String()
}

func masksIn(s string) spans {
	var masks spans
	for at := 0; ; {
		i := strings.Index(s[at:], Mask)
		if i < 0 {
			return masks
		}
		masks = append(masks, span{at + i, at + i + len(Mask)})
		at += i + len(Mask)
	}
}

func (found spans) widen(masks spans) spans {
	var kept spans
	for _, part := range found {
		inside := part.from >= part.to
		first := sort.Search(len(masks), func(i int) bool { return masks[i].to > part.from })
		for _, mask := range masks[first:] {
			if mask.from >= part.to {
				break
			}
			if mask.from <= part.from && part.to <= mask.to {
				inside = true
			} else {
				part = span{min(part.from, mask.from), max(part.to, mask.to)}
			}
		}
		if !inside {
			kept = append(kept, part)
		}
	}
	return kept
}

func (found spans) merge() spans {
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var merged spans
	for _, part := range found {
		if last := len(merged) - 1; last >= 0 && part.from < merged[last].to {
			merged[last].to = max(merged[last].to, part.to)
			continue
		}
		merged = append(merged, part)
	}
	return merged
}
