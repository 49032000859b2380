package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
)

// tree counts what lies below the paths.
func (ev *evaluation) tree(paths []string) (entries float64, o outcome) {
	if ev.d.given != nil {
		return ev.d.given.entries * float64(len(paths)), outcome{state: known}
	}
	ask := guard.Ask{
		Kind: "tree", Args: map[string]any{"paths": anyOf(paths), "limit": int64(maxCounted)},
		Label: "how much lies below the targets",
	}
	if ev.op.Dir.Reading == guard.Literal {
		ask.Args["dir"] = ev.op.Dir.Text
	}
	_, o = ev.d.fact(ask)
	if o.state == pending || o.state == errored {
		return 0, o
	}
	parts, ok := objectParts(o.marked)
	if !ok {
		return 0, o
	}
	number := ev.part(parts, "entries", cty.Number)
	if number.state != known {
		return number.atLeast(), number
	}
	return floatOf(number.value), number
}

// maxCounted is how many entries are counted for a text or an expectation.
const maxCounted = 1_000_000

// impact is the text that names what will be hit, when the policy does not say
// what to type; key is the same without numbers that may move.
func (ev *evaluation) impact() (text, key string, o outcome) {
	host := ev.d.request.Host.Name
	if host == "" {
		return "", "", settle(unknownText("the name of this host is not known"), nil)
	}
	if len(ev.roles) > 0 {
		return ev.roleImpact(host)
	}
	ev.resolved()
	switch told := ev.targets.told; {
	case told.state != known:
		return "", "", told
	case len(ev.targets.paths) == 1:
		text = host + ":" + ev.targets.paths[0]
	case len(ev.targets.paths) > 1:
		return ev.manyImpact(host)
	default:
		return ev.nameImpact(host)
	}
	text = ev.short(text)
	return text, "", outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

func (ev *evaluation) roleImpact(host string) (text, key string, o outcome) {
	var words []string
	for _, role := range ev.roles {
		if role.Role == "" {
			return "", "", settle(unknownText("the role of "+role.Of+" is "+role.Detail), nil)
		}
		words = appendNew(words, role.Role)
	}
	text = ev.short(strings.Join(words, "+") + " " + host)
	return text, "", outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

func (ev *evaluation) manyImpact(host string) (text, key string, o outcome) {
	entries, o := ev.tree(ev.targets.given)
	shown := unitsOf(guard.Decimal(entries), "entries")
	switch {
	case o.state == pending || o.state == errored:
		return "", "", o
	case o.state == unknown && entries > 0:
		shown = "over " + shown
	case o.state == unknown:
		return "", "", o
	default:
		ev.d.decision.Counts = append(ev.d.decision.Counts, guard.Count{Name: ev.policy.name + ": entries", Value: entries})
	}
	text = fmt.Sprintf("%s: %d targets, %s", host, len(ev.targets.paths), shown)
	key = fmt.Sprintf("%s: %d targets %s", host, len(ev.targets.paths), digest(ev.targets.paths...))
	text = ev.short(text)
	return text, key, outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

func (ev *evaluation) nameImpact(host string) (text, key string, o outcome) {
	_, unread := ev.words(command.NameTarget)
	_, unreadNumber := ev.words(command.ProcessTarget)
	if unread = firstText(unread, unreadNumber); unread != "" {
		return "", "", settle(unknownText(unread), nil)
	}
	switch names := ev.targets.names; len(names) {
	case 0:
		text = host
	case 1:
		text = host + ": " + names[0]
	default:
		text = fmt.Sprintf("%s: %d targets %s", host, len(names), digest(names...))
	}
	text = ev.short(text)
	return text, "", outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

// maxTyped is how long a text to type may be, in bytes.
const maxTyped = 80

// short keeps a text as it is when a person can type it, and otherwise makes
// one that still depends on all of it.
func (ev *evaluation) short(text string) string {
	sameAsTyped := cty.StringVal(text).AsString() == text // no decomposed characters
	if sameAsTyped && len(text) <= maxTyped && guard.Printable(text) == text && strings.TrimSpace(text) == text && text != "" {
		return text
	}
	host := guard.Printable(ev.d.request.Host.Name)
	if len(host) > 40 {
		host, _, _ = strings.Cut(host, ".")
		host = host[:min(len(host), 40)]
	}
	n := max(1, len(ev.d.decision.Targets))
	return fmt.Sprintf("%s: %s %s", host, count(n, "target"), digest(text))
}

func digest(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:])[:6]
}
