package approve

import "blastguard/guard"

// glyphs are the signs that dress a text up. Every one has a twin in ASCII.
type glyphs struct {
	pass, fail, unknown, err string
	rule, prompt, caret      string
	ellipsis, dot            string
}

func unicodeGlyphs() glyphs {
	return glyphs{
		pass: "✓", fail: "✗", unknown: "?", err: "!",
		rule: "─", prompt: "❯", caret: "▲",
		ellipsis: "…", dot: " · ",
	}
}

func asciiGlyphs() glyphs {
	return glyphs{
		pass: "passes", fail: "FAILS", unknown: "NOT KNOWN", err: "ERROR",
		rule: "-", prompt: ">", caret: "^",
		ellipsis: "...", dot: ", ",
	}
}

// status is a check's status as a sign and its ink.
func (g glyphs) status(status guard.Status) (string, ink) {
	switch status {
	case guard.Passes:
		return g.pass, goodInk
	case guard.Fails:
		return g.fail, badInk
	case guard.Unknown:
		return g.unknown, doubtInk
	default:
		return g.err, badInk
	}
}
