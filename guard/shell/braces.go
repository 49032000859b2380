package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxBraces bounds the words that one word with braces becomes.
const maxBraces = 1_000

func hasBrace(word *syntax.Word) bool {
	for _, part := range word.Parts {
		if lit, ok := part.(*syntax.Lit); ok && strings.Contains(lit.Value, "{") {
			return true
		}
	}
	return false
}

// braces expands {a,b} and {1..3}. A nil word stands for what guard does not
// count: a huge or unusual sequence, or a shell that may not expand at all.
func (s *script) braces(word *syntax.Word) []*syntax.Word {
	split := &syntax.Word{Parts: append([]syntax.WordPart(nil), word.Parts...)}
	if !syntax.SplitBraces(split) {
		return []*syntax.Word{word}
	}
	if s.posix {
		return []*syntax.Word{nil}
	}
	all, ok := alternatives(split)
	if !ok {
		return []*syntax.Word{nil}
	}
	return all
}

func alternatives(word *syntax.Word) ([]*syntax.Word, bool) {
	all := []*syntax.Word{{}}
	for _, part := range word.Parts {
		choices := []*syntax.Word{{Parts: []syntax.WordPart{part}}}
		if brace, ok := part.(*syntax.BraceExp); ok {
			if choices, ok = choicesOf(brace); !ok {
				return nil, false
			}
		}
		if len(all)*len(choices) > maxBraces {
			return nil, false
		}
		all = product(all, choices)
	}
	return all, true
}

func product(heads, tails []*syntax.Word) []*syntax.Word {
	result := make([]*syntax.Word, 0, len(heads)*len(tails))
	for _, head := range heads {
		for _, tail := range tails {
			parts := append(head.Parts[:len(head.Parts):len(head.Parts)], tail.Parts...)
			result = append(result, &syntax.Word{Parts: parts})
		}
	}
	return result
}

func choicesOf(brace *syntax.BraceExp) ([]*syntax.Word, bool) {
	if brace.Sequence {
		return sequence(brace)
	}
	var all []*syntax.Word
	for _, elem := range brace.Elems {
		choices, ok := alternatives(elem)
		if all = append(all, choices...); !ok || len(all) > maxBraces {
			return nil, false
		}
	}
	return all, true
}

// sequence counts {1..9}; steps, letters and leading zeros are left alone.
func sequence(brace *syntax.BraceExp) ([]*syntax.Word, bool) {
	if len(brace.Elems) != 2 {
		return nil, false
	}
	first, ok1 := number(brace.Elems[0].Lit())
	last, ok2 := number(brace.Elems[1].Lit())
	if !ok1 || !ok2 || max(first-last, last-first) >= maxBraces {
		return nil, false
	}
	step := 1
	if last < first {
		step = -1
	}
	var all []*syntax.Word
	for n := first; n != last+step; n += step {
		lit := &syntax.Lit{Value: strconv.Itoa(n)}
		all = append(all, &syntax.Word{Parts: []syntax.WordPart{lit}})
	}
	return all, true
}

func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && strconv.Itoa(n) == text && n < 1<<30 && n > -1<<30
}
