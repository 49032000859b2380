package runbook

import "strings"

// Context is what a page does not say itself.
type Context struct {
	// Incomplete says whether a shell would wait for more lines after a text.
	Incomplete func(string) bool
	// Program says whether a word names a program that somebody wants to know of.
	// Nil: only the well-known ones are programs.
	Program func(string) bool
}

// Page is what a runbook holds for a shell.
type Page struct {
	Blocks []Block
	// Unlabelled are the lines, from 1, of the fences without a language that do not
	// look like commands either.
	Unlabelled []int
	// Foreign are the lines of the fences of sessions that are typed into another
	// program than a shell ("mysql> ").
	Foreign []int
}

// Block is the text of one fenced block, as a shell would get it.
type Block struct {
	Language string // as the fence names it, in lower case; "" where it names none
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
	// Guessed: nothing on the page says that it is a shell's. What a shell cannot read
	// in it may be no command at all.
	Guessed bool
}

// languages are the info strings that are read, and the shell of each; session
// says that commands follow prompts.
func languages(name string) (shell string, session, ok bool) {
	switch name {
	case "sh", "shell", "shellscript", "shell-script":
		return "sh", false, true
	case "bash", "zsh", "ksh", "dash":
		return name, false, true
	case "console", "shell-session", "shellsession", "sh-session", "bash-session", "zsh-session", "bashsession", "terminal", "session":
		return "bash", true, true
	default:
		return "", false, false
	}
}

// Read finds the blocks of a page.
func Read(text string, context Context) Page {
	r := pageReader{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		r.line(number, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
	}
	if r.open != nil {
		r.finish(false)
	}
	var page Page
	for _, raw := range r.raws {
		context.read(&page, raw)
	}
	return page
}

// read adds a block to the page, as it is to be read.
func (c Context) read(page *Page, raw raw) {
	shell, session, _ := languages(raw.language)
	block := Block{Language: raw.language, Shell: shell, Line: raw.fence + 1, Closed: raw.closed}
	prompts, lines := c.promptingOf(raw.lines), raw.lines
	switch {
	case !prompts.text:
		return
	case raw.language == "" && !c.looksRun(lines):
		page.Unlabelled = append(page.Unlabelled, raw.fence)
		return
	case !session && raw.language != "" && !prompted(lines):
		lines = c.textOf(lines)
	case prompts.sure:
		lines = c.sessionOf(lines, true)
	case prompts.bare && !prompts.programs:
		lines = c.sessionOf(lines, false)
	case prompts.foreign && !prompts.programs:
		page.Foreign = append(page.Foreign, raw.fence)
		return
	default: // a block without prompts is a shell's, and "# " begins a comment
		lines, block.Guessed = c.textOf(lines), true
	}
	if raw.language == "" {
		block.Shell, block.Guessed = "bash", true
	}
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(line.text + "\n")
		block.Cut = append(block.Cut, line.cut)
	}
	block.Text = text.String()
	page.Blocks = append(page.Blocks, block)
}

// looksRun: the first line of a block without a language is a command: after a
// prompt, or because it begins with a program.
func (c Context) looksRun(lines []piece) bool {
	for _, line := range lines {
		sign, width := promptOf(line.text)
		switch {
		case strings.TrimSpace(line.text) == "":
		case isBareRoot(line.text):
			if c.surelyCommand(line.text[width:]) {
				return true
			}
		case isComment(line.text):
		case sign != "":
			return true
		default:
			return c.startsCommand(line.text)
		}
	}
	return false
}

// piece is a line of a block, without the cut bytes before it.
type piece struct {
	text string
	cut  int
}
