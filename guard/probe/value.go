package probe

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"blastguard/guard"
)

// Bounds of one fact.
const (
	maxOutput   = 1 << 20 // bytes that a program prints, or a file holds
	maxBytes    = 4 << 20 // of all its texts: the names of many thousand files are long
	maxElements = 10_000  // see bounded
	maxDepth    = 32      // lists and objects inside each other
	maxReason   = 600     // bytes of a reason or a line of evidence
	maxEvidence = 40      // lines
)

// bounded copies a value, in the types that guard.Fact names, or says why it
// can't be a fact. Elements are the members of lists, and the lists and objects
// inside objects; so a row of a table counts once however many columns it has.
// One object has at most as many members.
func bounded(value any) (any, error) {
	gate := gate{}
	return gate.pass(value, 0)
}

type gate struct{ bytes, elements int }

func (g *gate) pass(value any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the answer is nested more than %d deep", maxDepth)
	}
	switch v := value.(type) {
	case nil, bool, int64, json.Number, time.Time:
		return v, nil
	case int:
		return int64(v), nil
	case uint64:
		return exactUint(v)
	case float64:
		return finite(v)
	case string:
		return v, g.room(len(v), 0)
	case guard.Unmeasured:
		v.Reason = clip(v.Reason, maxReason)
		return v, nil
	case []string:
		return g.list(anyOf(v), depth)
	case []any:
		return g.list(v, depth)
	case map[string]any:
		return g.object(v, depth)
	default:
		return nil, fmt.Errorf("the answer holds a %T; report this as a bug of guard", value)
	}
}

func (g *gate) list(values []any, depth int) (any, error) {
	if err := g.room(0, len(values)); err != nil {
		return nil, err
	}
	list := make([]any, len(values))
	for i, value := range values {
		var err error
		if list[i], err = g.pass(value, depth+1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (g *gate) object(members map[string]any, depth int) (any, error) {
	if len(members) > maxElements {
		return nil, fmt.Errorf("the answer has an object of %d members, at most %d", len(members), maxElements)
	}
	object := make(map[string]any, len(members))
	for name, member := range members {
		nested := 0
		switch member.(type) {
		case []any, []string, map[string]any:
			nested = 1
		}
		if err := g.room(len(name), nested); err != nil {
			return nil, err
		}
		var err error
		if object[name], err = g.pass(member, depth+1); err != nil {
			return nil, err
		}
	}
	return object, nil
}

func (g *gate) room(bytes, elements int) error {
	g.bytes, g.elements = g.bytes+bytes, g.elements+elements
	switch {
	case g.bytes > maxBytes:
		return errors.New("the answer is larger than 4 MiB; ask for less")
	case g.elements > maxElements:
		return fmt.Errorf("the answer has more than %d elements; ask for less", maxElements)
	default:
		return nil
	}
}

// exactUint keeps a number that fits, and becomes a text where it does not
// (inode numbers of some file systems): it is an identity then, not a count.
func exactUint(n uint64) (any, error) {
	if n > math.MaxInt64 {
		return fmt.Sprint(n), nil
	}
	return int64(n), nil
}

func finite(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("the answer holds %v, which is no number to compare with", f)
	}
	return f, nil
}

func anyOf(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

func evidenceLines(lines []string) []string {
	var kept []string
	for i, line := range lines {
		if i == maxEvidence {
			return append(kept, fmt.Sprintf("and %d more", len(lines)-maxEvidence))
		}
		kept = append(kept, clip(line, maxReason))
	}
	return kept
}

// clip makes a text safe to show on one line, and short.
func clip(text string, limit int) string {
	text = guard.Printable(strings.TrimSpace(text))
	if len(text) <= limit {
		return text
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
