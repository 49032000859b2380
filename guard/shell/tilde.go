package shell

import (
	"path"
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// tilde reads a home directory at the start of a word and returns the parts
// that are still to be read.
func (s *script) tilde(f *reading, lit *syntax.Lit, parts []syntax.WordPart, sc scene) []syntax.WordPart {
	if !strings.HasPrefix(lit.Value, "~") {
		return parts
	}
	user, rest, slash := strings.Cut(lit.Value[1:], "/")
	if !slash && len(parts) > 1 || strings.Contains(user, `\`) {
		// "~" before a quote is itself; before an expansion nothing is known.
		f.text.WriteByte('~')
		s.bare(f, lit.Value[1:], true)
		return parts[1:]
	}
	home := s.home(user, sc)
	if home == "" {
		f.atMost(guard.OneWord, "the home directory of ~"+guard.Printable(user)+" is not known")
	}
	if slash {
		home = strings.TrimSuffix(home, "/") + "/"
	}
	f.text.WriteString(home)
	s.bare(f, rest, len(parts) > 1)
	return parts[1:]
}

// home is what ~user becomes; "" when it is not known.
func (s *script) home(user string, sc scene) string {
	home := ""
	switch {
	case user == "" && (s.seen.assigned["HOME"] || s.seen.dynamic):
	case user == "":
		home = sc.env["HOME"]
		if _, set := sc.env["HOME"]; !set && sc.envComplete {
			home = sc.account.Home
		}
	case isDigits(user) || strings.ContainsAny(user, "+-"):
	default:
		account := s.r.account(guard.Lit(user))
		home = account.Home
	}
	if !path.IsAbs(home) {
		return ""
	}
	return home
}
