package probe

import (
	"time"

	"blastguard/guard"
)

type builtin struct {
	kind   guard.ProbeKind
	answer Func
	// lenient: the arguments are passed on as they are, and whoever answers
	// checks them.
	lenient bool
	// secrets are what a question hands to the probe and nobody may see; nil: nothing.
	secrets func(guard.Ask) []string
	// internal: asked by guard itself, not to be written in a policy.
	internal bool
}

// builtins are the kinds of this package, bound to one request.
func builtins(config Config, now func() time.Time) []builtin {
	program := execProbe{env: config.Env}
	return []builtin{
		{kind: resolveKind(), answer: resolver{dir: config.Dir}.answer},
		{kind: treeKind(), answer: treeProbe{dir: config.Dir}.answer},
		{kind: ageKind(), answer: ageProbe{dir: config.Dir}.answer},
		{kind: contentsKind(), answer: contentsProbe{dir: config.Dir}.answer},
		{kind: identityKind(), answer: identityProbe{dir: config.Dir}.answer},
		{kind: execKind(), answer: program.answer, secrets: program.secrets},
		{kind: fileKind(), answer: fileProbe{dir: config.Dir}.answer},
		{kind: backupsKind(), answer: backupsProbe{dir: config.Dir, now: now}.answer},
		{kind: historyKind(), answer: historyProbe{kind: "history", history: config.History}.answer, lenient: true},
		{kind: claimsKind(), answer: historyProbe{kind: "claims", history: config.History}.answer, lenient: true, internal: true},
	}
}

// Kinds declares the built-in kinds that a policy may ask to its loader. Claims
// are not among them: guard asks for those itself.
func Kinds() []guard.ProbeKind {
	var kinds []guard.ProbeKind
	for _, builtin := range builtins(Config{}, time.Now) {
		if !builtin.internal {
			kinds = append(kinds, builtin.kind)
		}
	}
	return kinds
}
