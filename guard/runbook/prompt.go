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

// foreignPrompts are those of other programs: "mysql> ", "postgres=# ",
// "127.0.0.1:6379> ", "MariaDB [(none)]> ", ">>> ".
var foreignPrompts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[ \t]*(?:>>>|[A-Za-z0-9_][\w.:@()-]*(?: ?\[[^\]\n]*\])?(?:[=*!^-]?[#>]))(?: |$)`)
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

// isBareRoot: the prompt of a line is a "#" alone, which may begin a comment as well.
func isBareRoot(line string) bool {
	sign, _ := promptOf(line)
	return sign == "#" && isComment(line)
}

func isComment(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") }

// prompted: the first line of a shell's block that is neither empty nor a comment has
// the prompt "$ ", or one with a host.
func prompted(lines []piece) bool {
	for _, line := range lines {
		text := strings.TrimSpace(line.text)
		if text == "" || isComment(text) {
			continue
		}
		sign, width := promptOf(text)
		return strings.HasPrefix(text, "$ ") || sign != "" && strings.Contains(text[:width], "@")
	}
	return false
}

// prompting is what the lines of a block begin with.
type prompting struct {
	sure     bool // some with a prompt that is one
	bare     bool // some with a "#" alone
	foreign  bool // some with the prompt of another program
	programs bool // some without a prompt with a program
	text     bool // some line is not empty
}

func (c Context) promptingOf(lines []piece) prompting {
	var p prompting
	command := "" // that may go on in the next line
	for _, line := range lines {
		text := line.text
		if strings.TrimSpace(text) == "" {
			continue
		}
		p.text = true
		sign, _ := promptOf(text)
		switch {
		case isBareRoot(text):
			p.bare, command = true, ""
		case sign != "":
			p.sure, command = true, ""
		case command != "":
			command += text + "\n"
		case foreignPrompts().MatchString(text):
			p.foreign = true
		default:
			p.programs, command = p.programs || c.startsCommand(text), text+"\n"
		}
		if command != "" && !c.Incomplete(command) {
			command = ""
		}
	}
	return p
}
