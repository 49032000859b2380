package probe

import (
	"time"

	"blastguard/guard"
)

type builtin struct {
	kind   guard.ProbeKind
	answer Func
}

// builtins are the kinds of this package, bound to one request.
func builtins(config Config, now func() time.Time) []builtin {
	return []builtin{
		{resolveKind(), resolver{dir: config.Dir}.answer},
		{treeKind(), treeProbe{dir: config.Dir}.answer},
		{execKind(), execProbe{env: execEnv(config.Env)}.answer},
		{fileKind(), fileProbe{dir: config.Dir}.answer},
		{backupsKind(), backupsProbe{dir: config.Dir, now: now}.answer},
		{historyKind(), historyProbe{kind: "history", history: config.History}.answer},
		{claimsKind(), historyProbe{kind: "claims", history: config.History}.answer},
	}
}

// Kinds declares the built-in kinds to the policy loader.
func Kinds() []guard.ProbeKind {
	var kinds []guard.ProbeKind
	for _, builtin := range builtins(Config{}, time.Now) {
		kinds = append(kinds, builtin.kind)
	}
	return kinds
}
