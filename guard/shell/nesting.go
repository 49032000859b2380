package shell

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Limits on a whole script. A long one has many brackets without nesting them:
// the first bound keeps the parser's stack within some hundred megabytes, the
// second is counted in what it made.
const (
	maxScriptOpeners = 100_000
	maxNesting       = 2_000
)

// tooMuchScript says why a script is not even parsed.
func tooMuchScript(text string) string {
	switch {
	case len(text) > maxTextBytes:
		return fmt.Sprintf("the script is longer than %d bytes", maxTextBytes)
	case strings.Contains(text, "\x00"):
		return "the script contains a NUL byte"
	case strings.Contains(text, "\r\n"):
		return "the script has carriage returns, which shells take for part of a word"
	case openersOf(text) > maxScriptOpeners:
		return fmt.Sprintf("the script has more than %d brackets and compound commands", maxScriptOpeners)
	default:
		return ""
	}
}

func openersOf(text string) int {
	openers := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '{', '[', '`':
			openers++
		}
	}
	for _, word := range []string{"if", "while", "until", "for", "case", "select", "time", "coproc", "function"} {
		openers += strings.Count(text, word)
	}
	return openers
}

// nestsTooDeeply: commands, words or expressions stand inside each other
// without an end.
func nestsTooDeeply(tree *syntax.File) bool {
	depth, deepest := 0, 0
	syntax.Walk(tree, func(node syntax.Node) bool {
		if node == nil {
			depth--
			return true
		}
		depth++
		deepest = max(deepest, depth)
		return true
	})
	return deepest > maxNesting
}
