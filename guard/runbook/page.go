package runbook

import "strings"

// Page is what a runbook holds for a shell.
type Page struct {
	Blocks []Block
	// Unlabelled are the lines, from 1, of the fences without a language.
	Unlabelled []int
	// Silent are the lines of the fences of sessions without a prompt.
	Silent []int
}

// Block is the text of one fenced block, as a shell would get it.
type Block struct {
	Language string // as the fence names it, in lower case
	Shell    string // what reads it: "sh", "bash", "zsh", …
	Line     int    // of the first line of Text, from 1
	// Text has the commands, each on its own line of the page. Lines of output
	// are empty.
	Text string
	// Cut is, for each line of Text, how many bytes of the page stand before
	// it.
	Cut []int
	// Closed: a closing fence ends it, not the end of the page.
	Closed bool
}

// languages are the info strings that are read, and the shell of each; session
// says that commands stand behind prompts.
func languages(name string) (shell string, session, ok bool) {
	switch name {
	case "sh", "shell", "shellscript":
		return "sh", false, true
	case "bash", "zsh", "ksh", "dash":
		return name, false, true
	case "console", "shell-session", "shellsession", "sh-session", "bash-session", "terminal":
		return "bash", true, true
	default:
		return "", false, false
	}
}

// Read finds the blocks of a page. incomplete says whether a shell would wait
// for more lines after a text.
func Read(text string, incomplete func(string) bool) Page {
	r := pageReader{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		r.line(number, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
	}
	if r.open != nil {
		r.finish(false)
	}
	page := Page{Unlabelled: r.unlabelled}
	for _, raw := range r.raws {
		shell, session, _ := languages(raw.language)
		block := Block{Language: raw.language, Shell: shell, Line: raw.fence + 1, Closed: raw.closed}
		lines := raw.lines
		if session || prompted(lines) {
			var commands int
			lines, commands = sessionOf(lines, incomplete)
			if commands == 0 {
				page.Silent = append(page.Silent, raw.fence)
				continue
			}
		}
		var text strings.Builder
		for _, line := range lines {
			text.WriteString(line.text + "\n")
			block.Cut = append(block.Cut, line.cut)
		}
		block.Text = text.String()
		page.Blocks = append(page.Blocks, block)
	}
	return page
}

// piece is a line of a block, without the cut bytes before it.
type piece struct {
	text string
	cut  int
}
