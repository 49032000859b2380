package probe

import (
	"context"
	"errors"

	"blastguard/guard"
)

// History answers what the audit log knows. kind is "history" or "claims"; args
// are those of the question, which nobody has checked before. The value is one that
// guard.Fact.Value may hold.
type History interface {
	Query(ctx context.Context, kind string, args map[string]any) (any, error)
}

type historyProbe struct {
	kind    string
	history History
}

func historyKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "history",
		Params: []guard.ProbeParam{
			{Name: "program", Type: guard.StringParam, Doc: "only this program; absent: any"},
			{Name: "target", Type: guard.StringParam, Doc: "only commands that hit this target; absent: any"},
			{Name: "policy", Type: guard.StringParam, Doc: "only commands this policy governed, and its units; absent: any"},
			{Name: "key", Type: guard.StringParam, Doc: "only units claimed under this key; absent: any"},
			{Name: "window", Type: guard.DurationParam, Doc: "how far to look back; absent: as far as the log goes"},
		},
		Result: []string{"last", "count", "sum"},
		Doc:    "what this log knows of earlier commands: the last one's time, how many, and the sum of their units",
	}
}

func claimsKind() guard.ProbeKind {
	return guard.ProbeKind{Name: "claims", Doc: "units that others have claimed; guard asks this itself for floors and budgets"}
}

func (p historyProbe) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	if p.history == nil {
		return nil, nil, errors.New("there is no audit log to ask; see guard doctor")
	}
	value, err := p.history.Query(ctx, p.kind, args)
	if err != nil {
		return nil, nil, err
	}
	return value, []string{"asked this host's audit log"}, nil
}
