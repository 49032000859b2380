package blocks

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

// Test is one `test`.
type Test struct {
	Name    string
	At      hcl.Range
	Run     string
	Expect  guard.Effect
	Checks  []string
	Compare bool // checks were given
	Text    string
	Given   *World
	Request guard.Request
}

// World is what a test states of the world.
type World struct {
	Probes   map[string]cty.Value // by "name" or "policy/name"
	Claims   map[string]float64   // units that others hold, by UNIT
	Resolves map[string]string    // where paths lead
	Below    float64              // entries below each target
}

func (l *loader) declareTests() {
	for _, raw := range l.blocks["test"] {
		l.set.Tests = append(l.set.Tests, l.test(raw))
	}
}

func (l *loader) test(raw *hcl.Block) *Test {
	content := l.content(raw.Body, "test")
	t := &Test{Name: l.label(raw, 0), At: raw.DefRange, Given: &World{Below: 1}, Request: TestRequest()}
	t.Run = l.text(content.Attributes["run"])
	if attribute := content.Attributes["expect"]; attribute != nil {
		_ = t.Expect.UnmarshalText([]byte(l.word(attribute, "deny", "confirm", "warn", "allow")))
	}
	if attribute := content.Attributes["checks"]; attribute != nil {
		t.Checks, t.Compare = l.texts(attribute), true
		l.knownChecks(attribute, t.Checks)
	}
	t.Text = l.text(content.Attributes["type"])
	for i, block := range content.Blocks {
		if i > 0 {
			l.duplicate("block given of test", t.Name, content.Blocks[0].DefRange, block.DefRange)
			continue
		}
		l.given(t, block)
	}
	return t
}

// nameTable are the names that tests may use.
type nameTable struct{ probes, checks map[string]bool }

// known is made once, when the first test needs it.
func (l *loader) known() *nameTable {
	if l.names != nil {
		return l.names
	}
	l.names = &nameTable{probes: map[string]bool{}, checks: map[string]bool{"when": true, "confirm": true}}
	for _, policy := range l.set.Policies {
		for probe := range policy.Probes {
			l.names.probes[probe], l.names.probes[policy.Name+"/"+probe] = true, true
		}
		for _, block := range policy.Checks {
			for _, check := range block.CheckNames() {
				l.names.checks[check] = true
			}
		}
	}
	return l.names
}

// knownChecks: a test that waits for a check that no policy has, has a typo.
func (l *loader) knownChecks(attribute *hcl.Attribute, checks []string) {
	known := l.known().checks
	for _, check := range checks {
		plain := WithoutKey(check)
		if !known[plain] && !strings.HasPrefix(plain, "expect.") {
			l.errorf(attribute.Range, "", "no policy has a check called %s%s", check, l.didYouMean(plain, func() []string { return slices.Sorted(maps.Keys(known)) }))
		}
	}
}

// WithoutKey cuts [KEY] off a check's name.
func WithoutKey(check string) string {
	if i := strings.IndexByte(check, '['); i > 0 && strings.HasSuffix(check, "]") {
		return check[:i]
	}
	return check
}

// TestRequest is the request of a test that says nothing: never the machine's.
func TestRequest() guard.Request {
	return guard.Request{
		Dir:      "/work",
		Operator: guard.Operator{UID: 1000, EUID: 1000, LoginUID: 1000, Name: "operator", TTY: "/dev/pts/0"},
		Account:  guard.Account{Known: true, Name: "operator", UID: 1000, Home: "/home/operator"},
		Host:     guard.Host{Name: "test.example", MachineID: strings.Repeat("0", 32), BootID: strings.Repeat("1", 32)},
		Time:     time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

func (l *loader) given(t *Test, raw *hcl.Block) {
	for name, attribute := range l.content(raw.Body, "given").Attributes {
		vetted := l.vet(attribute.Expr, place{test: true})
		if vetted == nil {
			continue
		}
		value, diags := vetted.Value(&hcl.EvalContext{Functions: lang.Functions()})
		l.hcl(diags)
		if diags.HasErrors() {
			continue
		}
		if err := t.set(name, value); err != nil {
			l.errorf(attribute.Range, "", "%s: %v", name, err)
		}
		l.knownGiven(name, attribute, t.Given)
	}
}

// knownGiven: a test that answers a probe which no policy has, has a typo, or
// speaks of a policy that this host has replaced. That is no error: the tests of
// the files that stay must not stop every command.
func (l *loader) knownGiven(name string, attribute *hcl.Attribute, g *World) {
	if name != "probe" {
		return
	}
	known := l.known().probes
	for _, probe := range slices.Sorted(maps.Keys(g.Probes)) {
		if !known[probe] {
			l.warnf(attribute.Range, "the test does without it", "no policy has a probe called %s%s", probe, l.didYouMean(probe, func() []string { return slices.Sorted(maps.Keys(known)) }))
		}
	}
}

// set takes over one variable of the world.
func (t *Test) set(name string, value cty.Value) error {
	if name == "probe" {
		var err error
		t.Given.Probes, err = valuesOf(value)
		return err
	}
	if plain, _ := value.UnmarkDeep(); !plain.IsWhollyKnown() || plain.IsNull() {
		return fmt.Errorf("only probes can be unknown")
	}
	plain := lang.ToPlain(value)
	switch name {
	case "now":
		return t.setTime(plain)
	case "cwd":
		return set(&t.Request.Dir, plain)
	case "entries":
		n, err := plainFloat(plain)
		t.Given.Below = n
		return err
	case "override":
		texts, err := plainTexts(plain)
		t.Request.Overrides, t.Request.Reason = texts, "test"
		return err
	case "script", "host", "user", "operator", "env", "expect", "claims", "resolved":
		object, ok := plain.(map[string]any)
		if !ok {
			return fmt.Errorf("an object is needed")
		}
		return t.setObject(name, object)
	default:
		return fmt.Errorf("no such variable")
	}
}

func (t *Test) setTime(plain any) error {
	if seconds, err := plainFloat(plain); err == nil {
		t.Request.Time = time.Unix(int64(seconds), 0).UTC()
		return nil
	}
	text, _ := plain.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("want a time as in 2017-01-31T23:27:00Z, or seconds")
	}
	t.Request.Time = at
	return nil
}

// setBegan takes null for what is no step of a script.
func (t *Test) setBegan(plain any) error {
	if plain == nil {
		return nil
	}
	seconds, err := plainFloat(plain)
	t.Request.Began = time.UnixMicro(int64(seconds * 1e6)).UTC()
	return err
}

func (t *Test) setObject(name string, object map[string]any) error {
	r := &t.Request
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := object[key]
		var err error
		switch name + "." + key {
		case "host.name":
			err = set(&r.Host.Name, value)
		case "host.machine_id":
			err = set(&r.Host.MachineID, value)
		case "host.boot_id":
			err = set(&r.Host.BootID, value)
		case "user.name":
			err = set(&r.Account.Name, value)
		case "user.home":
			err = set(&r.Account.Home, value)
		case "user.uid":
			err = setInt(&r.Account.UID, value)
		case "operator.name":
			err = set(&r.Operator.Name, value)
		case "operator.tty":
			err = set(&r.Operator.TTY, value)
		case "operator.ssh":
			err = set(&r.Operator.SSH, value)
		case "operator.sudo_user":
			err = set(&r.Operator.SudoUser, value)
		case "script.began":
			err = t.setBegan(value)
		case "operator.uid":
			err = setInt(&r.Operator.UID, value)
		default:
			err = t.setNamed(name, key, value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// setNamed sets what has names of its own.
func (t *Test) setNamed(name, key string, value any) error {
	switch name {
	case "env":
		text, ok := value.(string)
		t.Request.Env = append(t.Request.Env, key+"="+text)
		return wantText(ok)
	case "expect":
		text, ok := value.(string)
		t.Request.Expect = append(t.Request.Expect, guard.Expectation{Name: key, Value: text})
		return wantText(ok)
	case "resolved":
		if t.Given.Resolves == nil {
			t.Given.Resolves = map[string]string{}
		}
		text, ok := value.(string)
		t.Given.Resolves[key] = text
		return wantText(ok)
	case "claims":
		if t.Given.Claims == nil {
			t.Given.Claims = map[string]float64{}
		}
		n, err := plainFloat(value)
		t.Given.Claims[key] = n
		return err
	default:
		return fmt.Errorf("no such attribute%s", lang.DidYouMean(key, lang.AttributesOf(name)))
	}
}

func wantText(ok bool) error {
	if !ok {
		return fmt.Errorf("a text is needed")
	}
	return nil
}

func set(into *string, plain any) error {
	text, ok := plain.(string)
	*into = text
	return wantText(ok)
}

func setInt(into *int, plain any) error {
	n, err := plainFloat(plain)
	*into = int(n)
	return err
}

func plainFloat(plain any) (float64, error) {
	switch v := plain.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case json.Number:
		return v.Float64()
	default:
		return 0, fmt.Errorf("a number is needed")
	}
}

func plainTexts(plain any) ([]string, error) {
	list, ok := plain.([]any)
	if !ok {
		return nil, fmt.Errorf("a list of texts is needed")
	}
	var texts []string
	for _, one := range list {
		text, isText := one.(string)
		if !isText {
			return nil, fmt.Errorf("a list of texts is needed")
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// valuesOf are the parts of an object of which some may be unknown.
func valuesOf(value cty.Value) (map[string]cty.Value, error) {
	plain, _ := value.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !lang.IsMapping(plain.Type()) {
		return nil, fmt.Errorf("an object is needed")
	}
	return plain.AsValueMap(), nil
}
