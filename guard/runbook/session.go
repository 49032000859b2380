package runbook

import "strings"

// maxContinued is how many lines one command of a session may have.
const maxContinued = 200

// sessionOf keeps what follows prompts, and the lines that such a command goes
// on in. All others are emptied. Beside other prompts a "#" alone begins a comment,
// if what follows is not surely a command.
func (c Context) sessionOf(lines []piece, besideOthers bool) (kept []piece) {
	command, length := "", 0 // that may go on in the next line
	for _, line := range lines {
		sign, width := promptOf(line.text)
		switch {
		case sign != "" && !strings.HasSuffix(command, "\\\n"):
			command, length = "", 0
			if besideOthers && isBareRoot(line.text) && !c.surelyCommand(line.text[width:]) {
				kept = append(kept, piece{cut: line.cut})
				continue
			}
			line = line.without(width)
		case command != "":
			line = line.without(continuation(line.text))
		default:
			kept = append(kept, piece{cut: line.cut})
			continue
		}
		kept = append(kept, line)
		command, length = command+line.text+"\n", length+1
		if length > maxContinued || !c.Incomplete(command) {
			command, length = "", 0
		}
	}
	return kept
}

// textOf is a block as a shell reads it, with a "$ " or a "# " that is a prompt after
// all taken off.
func (c Context) textOf(lines []piece) []piece {
	kept := make([]piece, len(lines))
	for i, line := range lines {
		_, width := promptOf(line.text)
		if strings.HasPrefix(strings.TrimLeft(line.text, " \t"), "$ ") || isBareRoot(line.text) && c.surelyCommand(line.text[width:]) {
			line = line.without(width)
		}
		kept[i] = line
	}
	return kept
}

func (p piece) without(width int) piece {
	return piece{p.text[width:], p.cut + width}
}

// continuation is the width of the prompt of a line that goes on: "> ".
func continuation(line string) int {
	blanks := len(line) - len(strings.TrimLeft(line, " \t"))
	if strings.HasPrefix(line[blanks:], "> ") {
		return blanks + 2
	}
	return 0
}
