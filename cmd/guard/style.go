package main

import (
	"os"

	"blastguard/guard/approve"

	"golang.org/x/sys/unix"
)

// styleOf is how text for the person on stderr should look: coloured only on a
// terminal, and never where NO_COLOR is set or the terminal is dumb.
func styleOf(w world) approve.Style {
	width, terminal := terminalWidth(w.stderr)
	return terminalStyle(w, width, terminal)
}

func terminalStyle(w world, width int, terminal bool) approve.Style {
	_, noColor := lookupEnv(w, "NO_COLOR")
	return approve.Style{
		Color: terminal && !noColor && w.getenv("TERM") != "dumb",
		Dark:  true,
		Width: width,
	}
}

// colored: standard output is a terminal that may be coloured.
func colored(w world) bool {
	_, terminal := terminalWidth(w.stdout)
	return terminalStyle(w, 0, terminal).Color
}

func terminalWidth(stream any) (width int, terminal bool) {
	file, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return int(size.Col), true
}
