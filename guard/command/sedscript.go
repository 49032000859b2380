package command

import "strings"

// sedScript is a script of sed that is being read.
type sedScript struct {
	rest     string
	brackets bool // a delimiter between [ and ] is none
	danger   bool // a command that is not plain was met, and not only one that is none
}

func (s *sedScript) plain() bool {
	for {
		s.skip(" \t\n;{}")
		if s.rest == "" {
			return true
		}
		if !s.addresses() || !s.command() {
			return false
		}
	}
}

func (s *sedScript) skip(letters string) { s.rest = strings.TrimLeft(s.rest, letters) }

// take takes one byte; 0 at the end.
func (s *sedScript) take() byte {
	if s.rest == "" {
		return 0
	}
	letter := s.rest[0]
	s.rest = s.rest[1:]
	return letter
}

// addresses reads what stands before a command: 1,/x/I! and its like.
func (s *sedScript) addresses() bool {
	for s.rest != "" {
		switch letter := s.rest[0]; {
		case letter == '/':
			s.take()
			if !s.until('/') {
				return false
			}
			s.skip("IM")
		case letter == '\\':
			s.take()
			if delimiter := s.take(); delimiter == 0 || !s.until(delimiter) {
				return false
			}
			s.skip("IM")
		case strings.IndexByte("0123456789$,+~! \t", letter) >= 0:
			s.take()
		default:
			return true
		}
	}
	return true
}

// until takes the text up to a delimiter that no backslash stands before.
func (s *sedScript) until(delimiter byte) bool {
	if delimiter == '\n' || delimiter == '\\' {
		return false
	}
	for i := 0; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case delimiter:
			s.rest = s.rest[i+1:]
			return true
		case '[':
			if s.brackets {
				i += bracket(s.rest[i:])
			}
		}
	}
	return false
}

// bracket is the length of what stands between [ and ], 0 without the end.
func bracket(text string) int {
	i := 1
	if strings.HasPrefix(text[i:], "^") {
		i++
	}
	if strings.HasPrefix(text[i:], "]") {
		i++
	}
	for ; i < len(text); i++ {
		switch {
		case text[i] == ']':
			return i
		case text[i] == '[' && i+1 < len(text) && strings.IndexByte(":.=", text[i+1]) >= 0: // [:alpha:]
			end := strings.Index(text[i+2:], string(text[i+1])+"]")
			if end < 0 {
				return 0
			}
			i += 2 + end + 1
		}
	}
	return 0
}

// parts takes the two parts of an s or a y, each up to the character that stands first, and
// says whether both end.
func (s *sedScript) parts() bool {
	delimiter, brackets := s.take(), s.brackets
	pattern := s.until(delimiter)
	s.brackets = false // of what takes its place
	replaced := pattern && s.until(delimiter)
	s.brackets = brackets
	return replaced
}

// line takes the rest of the line.
func (s *sedScript) line() { _, s.rest, _ = strings.Cut(s.rest, "\n") }

// word takes what a label is at most: a shorter one leaves commands that are none.
func (s *sedScript) word() {
	s.skip(" \t")
	if i := strings.IndexAny(s.rest, ";}\n \t"); i >= 0 {
		s.rest = s.rest[i:]
		return
	}
	s.rest = ""
}

// command reads one command, and says whether it is plain. A w writes a file, an e runs a
// program, also as flags of s.
func (s *sedScript) command() bool {
	switch letter := s.take(); letter {
	case 0, '{', '}':
		return true
	case 'r', 'R', '#':
		s.line()
		return true
	case 'a', 'i', 'c':
		s.text()
		return true
	case '=', 'd', 'D', 'g', 'G', 'h', 'H', 'n', 'N', 'p', 'P', 'x', 'z', 'F':
	case 'l', 'L', 'q', 'Q':
		s.skip(" 0123456789")
	case 'b', 't', 'T', ':', 'v':
		s.word()
	case 'y':
		brackets := s.brackets
		s.brackets = false
		read := s.parts()
		s.brackets = brackets
		if !read {
			return false
		}
	case 's':
		if !s.parts() {
			return false
		}
		s.skip("gpiImM0123456789")
		s.danger = s.danger || s.rest != "" && strings.IndexByte("we", s.rest[0]) >= 0
	default:
		s.danger = s.danger || strings.IndexByte("wWe", letter) >= 0
		return false
	}
	s.skip(" \t")
	return s.rest == "" || strings.IndexByte("\n;{}#", s.rest[0]) >= 0
}

// text takes what is appended, inserted or put instead: the lines that a backslash at
// their end goes on with.
func (s *sedScript) text() {
	for s.rest != "" {
		line, rest, _ := strings.Cut(s.rest, "\n")
		s.rest = rest
		if (len(line)-len(strings.TrimRight(line, "\\")))%2 == 0 {
			return
		}
	}
}
