package secret

import "strings"

// findURLs finds the password of scheme://user:password@host, and a token that
// stands alone before the "@".
func findURLs(found spans, s string) spans {
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return found
		}
		at += i + 3
		if from, to := userinfoSecret(s[at:]); from < to {
			found = append(found, span{at + from, at + to})
		}
	}
}

// maxUserinfo bounds how far after "://" a password is looked for, in bytes.
const maxUserinfo = 4096

// userinfoSecret is the secret of what follows "://", or an empty span.
func userinfoSecret(s string) (int, int) {
	word := s[:min(len(s), maxUserinfo)]
	if i := strings.IndexAny(word, " \t\r\n\"'`<>"); i >= 0 {
		word = word[:i]
	}
	authority := word
	if i := strings.IndexAny(word, "/?#"); i >= 0 {
		authority = word[:i]
	}
	colon := strings.IndexByte(authority, ':')
	at := strings.LastIndexByte(authority, '@')
	switch {
	case at >= 0 && colon >= 0 && colon < at:
		return colon + 1, at
	case at >= 20: // https://TOKEN@host
		return 0, at
	case at < 0 && colon >= 0 && !isPort(authority[colon+1:]):
		// A password with an unescaped "/", "?" or "#" in it.
		return colon + 1, max(strings.LastIndexByte(word, '@'), 0)
	default:
		return 0, 0
	}
}

func isPort(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
