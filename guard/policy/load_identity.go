package policy

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard/command"
)

// identityBlock says how to find out on whose behalf, or where, some programs act: in
// which context, for which account. --expect compares it.
type identityBlock struct {
	name     string
	at       hcl.Range
	programs []string
	argv     []string // prints it in one line
	chosenBy []string // beginnings of flags with which a command line chooses it itself
	timeout  time.Duration
}

// maxIdentityTime is how long a program may take that is asked on behalf of another.
const maxIdentityTime = 10 * time.Second

func (l *loader) declareIdentities() {
	for _, block := range l.blocks["identity"] {
		one := l.identity(block)
		for _, other := range l.set.identities {
			if other.name != one.name {
				continue
			}
			for _, program := range one.programs {
				if slices.Contains(other.programs, program) {
					l.errorf(block.DefRange, "name it in one of them", "the %s of %s is declared twice: here and in %s", one.name, program, pos(other.at))
				}
			}
		}
		l.set.identities = append(l.set.identities, one)
	}
}

func (l *loader) identity(block *hcl.Block) *identityBlock {
	attributes := l.content(block.Body, "identity").Attributes
	one := &identityBlock{
		name: l.label(block, 0), at: block.DefRange, timeout: maxIdentityTime,
		programs: l.texts(attributes["program"]), argv: l.texts(attributes["argv"]), chosenBy: l.texts(attributes["chosen_by"]),
	}
	if slices.Contains(expectations(), one.name) {
		l.errorf(block.DefRange, "give it another name", "an identity cannot be called %s: guard measures that itself", one.name)
	}
	if attribute := attributes["timeout"]; attribute != nil {
		if value, ok := l.fixed(attribute); ok {
			if seconds, err := measureOf(value, command.ParseDuration); err == nil && seconds > 0 {
				one.timeout = toDuration(seconds)
			} else {
				l.errorf(attribute.Range, `write "3s"`, "timeout must be a duration above zero")
			}
		}
	}
	return one
}

// expectations are the names that --expect knows without any policy.
func expectations() []string { return []string{"host", "role", "count", "target"} }

// expectable are the names that --expect knows.
func (s *Set) expectable() []string {
	names := expectations()
	for _, identity := range s.identities {
		names = appendNew(names, identity.name)
	}
	return names
}

func (s *Set) hasIdentity(name string) bool {
	return slices.ContainsFunc(s.identities, func(identity *identityBlock) bool { return identity.name == name })
}
