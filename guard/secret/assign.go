package secret

import "strings"

// findAssignments finds NAME=value and NAME: value, where the name is one of a
// secret: in flags, environments, connection strings, JSON, headers.
func findAssignments(found spans, s string) spans {
	for i := 0; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' {
			continue
		}
		name := nameBefore(s, i)
		if name == "" {
			continue
		}
		from := valueStart(s, i+1)
		switch {
		case isHeader(name) && s[i] == ':':
			from, to := headerValue(s, from)
			found = append(found, span{from, to})
			i = max(i, to-1) // the value is looked through once
		case sensitive(name):
			if s[i] == ':' && !plausible(s, i, from) {
				continue
			}
			to := valueEnd(s, from)
			found = append(found, span{from, to})
			i = max(i, to-1)
		}
	}
	return found
}

// nameBefore is the name that ends at i, without the quotes and blanks between.
func nameBefore(s string, i int) string {
	end := i
	for end > 0 && (isSpace(s[end-1]) && s[i] == '=' || isQuote(s[end-1]) || s[end-1] == '\\') {
		end--
	}
	from := end
	for from > 0 && (isNameByte(s[from-1]) || s[from-1] == '.') {
		from--
	}
	return s[from:end]
}

// valueStart skips blanks and one opening quote, which may be escaped.
func valueStart(s string, at int) int {
	from := at
	for from < len(s) && (s[from] == ' ' || s[from] == '\t') {
		from++
	}
	for from < len(s) && s[from] == '\\' && from+1 < len(s) && isQuote(s[from+1]) {
		from++
	}
	if from < len(s) && isQuote(s[from]) {
		from++
	}
	return from
}

// valueEnd is the end of the value at from: its closing quote when it has one,
// else the first blank or separator.
func valueEnd(s string, from int) int {
	if from > 0 && isQuote(s[from-1]) {
		return quotedEnd(s, from, s[from-1], from > 1 && s[from-2] == '\\')
	}
	to := from
	for to < len(s) && !isSpace(s[to]) && !strings.ContainsRune("\"'`;&|<>", rune(s[to])) {
		if s[to] == '\\' && to+1 < len(s) && !isQuote(s[to+1]) {
			to++
		}
		to++
	}
	return min(to, len(s))
}

func quotedEnd(s string, from int, quote byte, escaped bool) int {
	for to := from; to < len(s); to++ {
		switch {
		case s[to] == '\\' && to+1 < len(s) && s[to+1] == quote && escaped:
			return to
		case s[to] == '\\' && quote != '\'':
			to++
		case s[to] == quote:
			return to
		}
	}
	return len(s)
}

// plausible says whether what follows "name:" is a secret and not a sentence:
// quoted, or long enough with a digit, or after a word for password.
func plausible(s string, colon, from int) bool {
	value := s[from:valueEnd(s, from)]
	if value == "" || strings.HasPrefix(s[colon:], "://") {
		return false
	}
	if from > 0 && isQuote(s[from-1]) || strings.Contains(strings.ToLower(nameBefore(s, colon)), "pass") {
		return true
	}
	return len(value) >= 16 || len(value) >= 8 && strings.ContainsAny(value, "0123456789")
}

func isHeader(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth-token", "x-api-key", "private-token", "x-vault-token":
		return true
	}
	return false
}

// headerValue is the rest of the line or of the quoted word, without the word
// for the scheme (Bearer, Basic).
func headerValue(s string, from int) (int, int) {
	to := from
	for to < len(s) && !isQuote(s[to]) && s[to] != '\n' && s[to] != '\r' {
		to++
	}
	for to > from && (s[to-1] == '\\' || s[to-1] == ' ') {
		to--
	}
	if i := strings.IndexByte(s[from:to], ' '); i > 0 {
		switch strings.ToLower(s[from : from+i]) {
		case "bearer", "basic", "token", "digest", "negotiate":
			return from + i + 1, to
		}
	}
	return from, to
}
