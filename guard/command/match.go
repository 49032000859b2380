package command

import (
	"slices"

	"blastguard/guard"
)

// Matches says whether the operation is, or may be, this command: its program
// is one of Programs (or the kind of a redirection one of On) and its first
// operand words are the subcommand. A word that is not known may be the
// subcommand, and so may what follows an undeclared flag.
func (c *Command) Matches(op *guard.Operation) bool {
	if op.On != "" {
		return slices.Contains(c.On, op.On)
	}
	if !slices.Contains(c.Programs, op.Program) {
		return false
	}
	if len(c.Subcommand) == 0 || op.Opaque != "" {
		return true
	}
	return c.scanWords(op).dropSubcommand()
}

// dropSubcommand takes the subcommand's words out of the elements and says
// whether they were, or may be, there; if not, nothing changes. A word that may
// be the value of an undeclared flag is skipped, and stays an operand. At a word
// that is not known it stops: the words still missing may be there.
func (s *scan) dropSubcommand() bool {
	missing := s.command.Subcommand
	var skipped []element
	for i, e := range s.elements {
		switch {
		case len(missing) == 0:
			s.elements = append(skipped, s.elements[i:]...)
			return true
		case e.word.Reading != guard.Literal:
			s.elements = append(skipped, s.elements[i:]...)
			s.doubtSubcommand(len(missing))
			return true
		case e.word.Text == missing[0]:
			missing = missing[1:]
		case e.loose != "":
			skipped = append(skipped, e)
		default:
			return false
		}
	}
	if len(missing) > 0 {
		return false
	}
	s.elements = skipped
	return true
}

// doubtSubcommand notes that n words among the elements may be the subcommand.
func (s *scan) doubtSubcommand(n int) {
	s.maybeSubcommand = n
	for i := range s.elements {
		if s.elements[i].word.Reading != guard.Literal && !s.elements[i].mayBeFlag {
			s.elements[i].mayBeFlag = true
			s.doubts = append(s.doubts, s.elements[i].word)
		}
	}
}
