package blocks

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// Identity says how to find out on whose behalf, or where, some programs act: in
// which context, for which account. --expect compares it.
type Identity struct {
	Name     string
	at       hcl.Range
	Programs []string
	Argv     []string // prints it in one line
	ChosenBy []string // beginnings of flags with which a command line chooses it itself
	Timeout  time.Duration
}

// maxIdentityTime is how long a program may take that is asked on behalf of another.
const maxIdentityTime = 10 * time.Second

func (l *loader) declareIdentities() {
	for _, block := range l.blocks["identity"] {
		one := l.identity(block)
		for _, other := range l.set.Identities {
			if other.Name != one.Name {
				continue
			}
			for _, program := range one.Programs {
				if slices.Contains(other.Programs, program) {
					l.errorf(block.DefRange, "name it in one of them", "the %s of %s is declared twice: here and in %s", one.Name, program, Pos(other.at))
				}
			}
		}
		l.set.Identities = append(l.set.Identities, one)
	}
}

func (l *loader) identity(block *hcl.Block) *Identity {
	attributes := l.content(block.Body, "identity").Attributes
	one := &Identity{
		Name: l.label(block, 0), at: block.DefRange, Timeout: maxIdentityTime,
		Programs: l.texts(attributes["program"]), Argv: l.texts(attributes["argv"]), ChosenBy: l.texts(attributes["chosen_by"]),
	}
	if slices.Contains(expectations(), one.Name) {
		l.errorf(block.DefRange, "give it another name", "an identity cannot be called %s: guard measures that itself", one.Name)
	}
	if attribute := attributes["timeout"]; attribute != nil {
		if value, ok := l.fixed(attribute); ok {
			if seconds, err := lang.MeasureOf(value, command.ParseDuration); err == nil && seconds > 0 {
				one.Timeout = lang.Duration(seconds)
			} else {
				l.errorf(attribute.Range, `write "3s"`, "timeout must be a duration above zero")
			}
		}
	}
	return one
}

// expectations are the names that --expect knows without any policy.
func expectations() []string { return []string{"host", "role", "count", "target"} }

// Expectable are the names that --expect knows.
func (s *Set) Expectable() []string {
	names := expectations()
	for _, identity := range s.Identities {
		names = appendNew(names, identity.Name)
	}
	return names
}

// HasIdentity says whether some identity block has that name.
func (s *Set) HasIdentity(name string) bool {
	return slices.ContainsFunc(s.Identities, func(identity *Identity) bool { return identity.Name == name })
}
