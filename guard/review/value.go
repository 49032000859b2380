package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
)

// maxValue bounds a fact's value on a page, in bytes; JSON has it whole.
const maxValue = 2000

// plain is a fact's value as a person reads it.
func plain(value any) string {
	var b strings.Builder
	writePlain(&b, value)
	if b.Len() > maxValue {
		return strings.ToValidUTF8(b.String()[:maxValue], "") + "… (the rest with --json)"
	}
	return b.String()
}

func writePlain(b *strings.Builder, value any) {
	if b.Len() > maxValue {
		return
	}
	switch v := value.(type) {
	case nil:
		b.WriteString("null")
	case string:
		b.WriteString(strconv.Quote(v))
	case time.Time:
		b.WriteString(v.UTC().Format(time.RFC3339))
	case guard.Unmeasured:
		b.WriteString("not known (" + v.Reason)
		if v.AtLeast != nil {
			fmt.Fprintf(b, ", at least %d", *v.AtLeast)
		}
		b.WriteString(")")
	case float64:
		b.WriteString(units(v))
	case []any:
		b.WriteString("[")
		for i, item := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			writePlain(b, item)
		}
		b.WriteString("]")
	case map[string]any:
		writeObject(b, v)
	default:
		fmt.Fprint(b, v)
	}
}

func writeObject(b *strings.Builder, members map[string]any) {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	b.WriteString("{")
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name + ": ")
		writePlain(b, members[name])
	}
	b.WriteString("}")
}
