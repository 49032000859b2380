package approve

import "strings"

// environment is NAME=VALUE; of several the last one counts.
type environment []string

func (e environment) lookup(name string) (string, bool) {
	for i := len(e) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(e[i], name+"="); ok {
			return value, true
		}
	}
	return "", false
}

func (e environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// dumb: the terminal takes lines, and nothing that moves the cursor.
func (e environment) dumb() bool {
	term := e.get("TERM")
	return term == "" || term == "dumb"
}

// plain: the panel cannot be shown.
func (e environment) plain() bool { return e.dumb() || !e.utf8() }

// utf8: the locale does not say otherwise. A locale that is not set at all
// says nothing: minimal systems have none, and their terminals are UTF-8.
func (e environment) utf8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(e.get(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return true
}

// color: NO_COLOR counts by being there, with any value.
func (e environment) color() bool {
	_, off := e.lookup("NO_COLOR")
	return !off && !e.dumb()
}

// dark: COLORFGBG says that the background is dark. The terminal is not asked.
func (e environment) dark() bool {
	fields := strings.Split(e.get("COLORFGBG"), ";")
	switch fields[len(fields)-1] {
	case "0", "1", "2", "3", "4", "5", "6", "8":
		return true
	default:
		return false
	}
}

func (e environment) style(width int) Style {
	return Style{Color: e.color(), Dark: e.dark(), Width: width}
}
