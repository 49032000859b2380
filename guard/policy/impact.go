package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// maxCounted is how many entries are counted for a text or an expectation.
const maxCounted = 1_000_000

// impact is the text that names what will be hit, when the policy does not say
// what to type; key is the same without numbers that may move. Where databases or
// servers with a role are hit, their role stands before it.
func (ev *evaluation) impact() (text, key string, o lang.Outcome) {
	host := ev.d.request.Host.Name
	if host == "" {
		return "", "", lang.Settle(lang.UnknownText("the name of this host is not known"))
	}
	text, key, o = ev.hitImpact(host)
	if o.State != lang.Known {
		return "", "", o
	}
	bare := ev.short(text)
	if roles := ev.roleWords(); roles != "" {
		text = roles + " " + text
		if key != "" {
			key = roles + " " + key
		}
	}
	text = ev.short(text)
	ev.d.bare[text] = bare
	return text, key, lang.Outcome{State: lang.Known, Value: cty.StringVal(text), Marked: cty.StringVal(text)}
}

// impactOf is impact, of the paths that a policy names.
func (ev *evaluation) impactOf(x *blocks.Expr) (text, key string, o lang.Outcome) {
	paths, o := ev.textList(x, nil)
	if o.State != lang.Known {
		return "", "", o
	}
	ev.resolved()
	all := ev.targets
	defer func() { ev.targets = all }()
	named := *all
	named.given, named.paths, named.names = paths, paths, nil
	ev.targets = &named
	return ev.impact()
}

// hitImpact is the host and what is hit there.
func (ev *evaluation) hitImpact(host string) (text, key string, o lang.Outcome) {
	ev.resolved()
	switch told := ev.targets.told; {
	case told.State != lang.Known:
		return "", "", told
	case len(ev.targets.paths) == 1:
		return host + ":" + ev.targets.paths[0], "", told
	case len(ev.targets.paths) > 1:
		return ev.manyImpact(host)
	case len(ev.targets.names) == 0 && len(ev.roles) > 0:
		return host + ev.instances(), "", told
	default:
		text, o = ev.nameImpact(host)
		return text, "", o
	}
}

// roleNotKnown stands in a text to type for a role that could not be told: whoever
// overrides the check types that.
const roleNotKnown = "role not known"

// roleWords are the roles of what is hit, each once; "" without one.
func (ev *evaluation) roleWords() string {
	var words []string
	for _, role := range ev.roles {
		words = appendNew(words, cmp.Or(role.Role, roleNotKnown))
	}
	return strings.Join(words, "+")
}

// instances tell servers of one host apart where no path or name does.
func (ev *evaluation) instances() string {
	var all []string
	for _, role := range ev.roles {
		all = appendNew(all, role.Instance)
	}
	switch {
	case len(all) == 1 && path.IsAbs(all[0]):
		return ":" + all[0]
	case len(all) == 1 && all[0] != "":
		return ": " + all[0]
	case len(all) > 1:
		return fmt.Sprintf(": %d servers %s", len(all), digest(all...))
	default:
		return ""
	}
}

func (ev *evaluation) manyImpact(host string) (text, key string, o lang.Outcome) {
	entries, o := ev.tree(ev.targets.given)
	shown, digest := lang.UnitsOf(guard.Decimal(entries), "entries"), digest(ev.targets.paths...)
	switch {
	case o.State == lang.Pending || o.State == lang.Errored:
		return "", "", o
	case o.State == lang.Unknown && entries > 0:
		shown = "over " + shown
	case o.State == lang.Unknown && ev.d.overridden():
		shown = digest // not counted, which somebody has overridden
	case o.State == lang.Unknown:
		return "", "", o
	default:
		ev.d.decision.Counts = append(ev.d.decision.Counts, guard.Count{Name: ev.policy.Name + ": entries", Value: entries})
	}
	text = fmt.Sprintf("%s: %d targets, %s", host, len(ev.targets.paths), shown)
	key = fmt.Sprintf("%s: %d targets %s", host, len(ev.targets.paths), digest)
	return text, key, lang.Outcome{State: lang.Known}
}

// overridden: some check that does not pass was overridden.
func (d *decider) overridden() bool {
	return slices.ContainsFunc(d.decision.Checks, func(check guard.Check) bool { return check.Overridden })
}

func (ev *evaluation) nameImpact(host string) (text string, o lang.Outcome) {
	_, unread := ev.words(command.NameTarget)
	_, unreadNumber := ev.words(command.ProcessTarget)
	if unread = cmp.Or(unread, unreadNumber); unread != "" {
		return "", lang.Settle(lang.UnknownText(unread))
	}
	switch names := ev.targets.names; len(names) {
	case 0:
		text = host
	case 1:
		text = host + ": " + names[0]
	default:
		text = fmt.Sprintf("%s: %d targets %s", host, len(names), digest(names...))
	}
	return text, lang.Outcome{State: lang.Known}
}

// maxTyped is how long a text to type may be, in bytes.
const maxTyped = 80

// short keeps a text as it is when a person can type it, and otherwise makes
// one that still depends on all of it, and still begins with the roles.
func (ev *evaluation) short(text string) string {
	if typable(text) {
		return text
	}
	host := guard.Printable(ev.d.request.Host.Name)
	if len(host) > 40 {
		host, _, _ = strings.Cut(host, ".")
		host = host[:min(len(host), 40)]
	}
	n := max(1, len(ev.d.decision.Targets))
	short := fmt.Sprintf("%s: %s %s", host, guard.Plural(n, "target"), digest(text))
	if roles := ev.roleWords(); roles != "" && strings.HasPrefix(text, roles+" ") && typable(roles+" "+short) {
		return roles + " " + short
	}
	return short
}

func typable(text string) bool {
	sameAsTyped := cty.StringVal(text).AsString() == text // no decomposed characters
	return sameAsTyped && len(text) <= maxTyped && guard.Printable(text) == text && strings.TrimSpace(text) == text && text != ""
}

func digest(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:])[:6]
}
