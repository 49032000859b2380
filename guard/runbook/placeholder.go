package runbook

import (
	"regexp"
	"sync"
)

// placeholders are what a person fills in: <name>, <your host>, {{ host }},
// {{name}}. A shell would take the first for two redirections. Made when first
// asked for: guard starts far more often than it reads a runbook.
var placeholders = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`<(?:[A-Za-z][\w.:@/-]*(?: [\w.:@/-]*[A-Za-z][\w.:@/-]*){0,4}|\.{3}|…)>|\{\{[^{}\n]{1,200}\}\}`)
})

// Placeholders finds the parts of a text that are filled in before it is run,
// as start and end in bytes. "<<EOF>", "<(", "< file >" are none.
func Placeholders(text string) [][2]int {
	var found [][2]int
	for _, at := range placeholders().FindAllStringIndex(text, -1) {
		if start := at[0]; text[start] == '<' && start > 0 && (text[start-1] == '<' || isDigit(text[start-1]) && (start == 1 || text[start-2] == ' ')) {
			continue // a here-document, 0<file
		}
		found = append(found, [2]int{at[0], at[1]})
	}
	return found
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
