package runbook

import (
	"regexp"
	"strings"
	"sync"
)

// prompts end with "$ " or "# " and begin a line: alone, or after a host,
// user@host and a directory, in brackets or not, with the name of an
// environment before them. "% " stands alone: after a word it is a percentage.
// A prompt without a command ("$") is one too.
// Those of databases (postgres=#, mysql>) are none.
var prompts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[ \t]*(?:\([\w.:/ -]+\) ?)?(?:(?:\[[^\]\n]*\] ?|[A-Za-z][\w.-]*(?:@[\w.-]+)?(?:[: ][~/][\w.~/-]*)? ?)?([$#])|(%))(?: +|$)`)
})

// promptOf is the sign of the prompt before a line, and its width in bytes.
func promptOf(line string) (sign string, width int) {
	found := prompts().FindStringSubmatchIndex(line)
	if found == nil {
		return "", 0
	}
	if found[2] < 0 {
		return "%", found[1]
	}
	return line[found[2]:found[3]], found[1]
}

// prompted: the first line that is not empty has the prompt "$ ".
func prompted(lines []piece) bool {
	for _, line := range lines {
		if text := strings.TrimSpace(line.text); text != "" {
			return strings.HasPrefix(text, "$ ")
		}
	}
	return false
}

// maxContinued is how many lines one command of a session may have.
const maxContinued = 200

// sessionOf keeps what follows prompts, and the lines that such a command goes
// on in. All others are emptied.
func sessionOf(lines []piece, incomplete func(string) bool) (kept []piece, commands int) {
	dollars := hasDollar(lines)
	command, length := "", 0 // that may go on in the next line
	for _, line := range lines {
		sign, width := promptOf(line.text)
		switch {
		case sign != "" && !strings.HasSuffix(command, "\\\n"):
			command, length = "", 0
			if dollars && isComment(line.text) {
				kept = append(kept, piece{cut: line.cut})
				continue
			}
			line = line.without(width)
			commands++
		case command != "":
			line = line.without(continuation(line.text))
		default:
			kept = append(kept, piece{cut: line.cut})
			continue
		}
		kept = append(kept, line)
		command, length = command+line.text+"\n", length+1
		if length > maxContinued || !incomplete(command) {
			command, length = "", 0
		}
	}
	return kept, commands
}

func (p piece) without(width int) piece {
	return piece{p.text[width:], p.cut + width}
}

func hasDollar(lines []piece) bool {
	for _, line := range lines {
		if sign, _ := promptOf(line.text); sign == "$" {
			return true
		}
	}
	return false
}

func isComment(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") }

// continuation is the width of the prompt of a line that goes on: "> ".
func continuation(line string) int {
	blanks := len(line) - len(strings.TrimLeft(line, " \t"))
	if strings.HasPrefix(line[blanks:], "> ") {
		return blanks + 2
	}
	return 0
}
