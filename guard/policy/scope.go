package policy

import (
	"cmp"
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// surroundings are the variables that need no fact, and the functions.
func (ev *evaluation) surroundings() *hcl.EvalContext {
	if ev.base == nil {
		ev.base = ev.d.surroundings().NewChild()
		ev.base.Variables = map[string]cty.Value{
			"arg":     argValues(ev.read),
			"argv":    argvValue(ev.op),
			"program": textOrUnknown(ev.op.Program, "the program is not known"),
			"cwd":     wordValue(ev.op.Dir, "the directory is not known"),
			"env":     ev.envValue(),
			"user":    accountValue(ev.op.Account),
			"expect":  ev.expectValue(),
		}
		if ev.d.answers.later() {
			for _, name := range []string{"operator", "expect", "script"} {
				ev.base.Variables[name] = ev.later(name)
			}
		}
	}
	return ev.base
}

// surroundings are the variables that are the same for every operation of a request.
func (d *decider) surroundings() *hcl.EvalContext {
	if d.base == nil {
		d.base = &hcl.EvalContext{Functions: lang.Functions(), Variables: map[string]cty.Value{
			"operator": operatorValue(d.request.Operator),
			"host":     hostValue(d.request.Host),
			"now":      nowValue(d.request.Time),
			"script":   scriptValue(d.request.Began),
		}}
	}
	return d.base
}

func textOrUnknown(text, reason string) cty.Value {
	if text == "" {
		return lang.UnknownValue(reason)
	}
	return cty.StringVal(text)
}

func textOrNull(text string) cty.Value {
	if text == "" {
		return cty.NullVal(cty.String)
	}
	return cty.StringVal(text)
}

func idOrNull(id int) cty.Value {
	if id < 0 {
		return cty.NullVal(cty.Number)
	}
	return cty.NumberIntVal(int64(id))
}

func wordValue(word guard.Word, reason string) cty.Value {
	if word.Reading == guard.Literal {
		return lang.ExactText(word.Text)
	}
	return lang.UnknownText(cmp.Or(word.Reason, reason))
}

// argValues are the flags and operands as they were read, and the flags that
// nothing declares.
func argValues(read command.Read) cty.Value {
	values := make(map[string]cty.Value, len(read.Args)+1)
	for name, arg := range read.Args {
		if !strings.HasPrefix(name, "(") { // see flagsOf of guard/policy/blocks
			values[name] = argValue(arg)
		}
	}
	values[command.Undeclared] = argValue(read.Others)
	return cty.ObjectVal(values)
}

func argValue(arg command.Value) cty.Value {
	reason := cmp.Or(arg.Reason, "it cannot be read before the command runs")
	switch {
	case !arg.Known && arg.AtLeast > 0:
		return lang.UnknownList(arg.AtLeast, reason)
	case !arg.Known:
		return lang.UnknownValue(reason)
	case arg.Null:
		return cty.NullVal(cty.DynamicPseudoType)
	}
	switch v := arg.V.(type) {
	case json.Number:
		return lang.DecimalValue(v)
	case string:
		return lang.ExactText(v)
	case bool:
		return cty.BoolVal(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return lang.UnknownValue("it is not a finite number")
		}
		return lang.NumberOf(v)
	case []string:
		return listValue(v)
	case []command.Value:
		return argList(v)
	default:
		return lang.UnknownValue(reason)
	}
}

func argList(values []command.Value) cty.Value {
	if len(values) == 0 {
		return cty.ListValEmpty(cty.String)
	}
	list := make([]cty.Value, len(values))
	for i, value := range values {
		text, isText := value.V.(string)
		if value.Known && isText {
			list[i] = lang.ExactText(text)
		} else {
			list[i] = lang.UnknownText(cmp.Or(value.Reason, "it cannot be read before the command runs"))
		}
	}
	return cty.ListVal(list)
}

func listValue(texts []string) cty.Value {
	if len(texts) == 0 {
		return cty.ListValEmpty(cty.String)
	}
	list := make([]cty.Value, len(texts))
	for i, text := range texts {
		list[i] = lang.ExactText(text)
	}
	return cty.ListVal(list)
}

// argvValue is the program and its words; with a word of any number, nothing
// but a lower bound of its length is known.
func argvValue(op *guard.Operation) cty.Value {
	list := []cty.Value{textOrUnknown(cmp.Or(op.Path, op.Program), "the program is not known")}
	if list[0].Type() != cty.String {
		list[0] = lang.UnknownText("the program is not known")
	}
	sure, reason := 1, ""
	for _, word := range op.Args {
		if word.Reading == guard.AnyNumber {
			reason = cmp.Or(reason, word.Reason, "it may be any number of words")
			continue
		}
		sure++
		list = append(list, wordValue(word, "it cannot be read before the command runs"))
	}
	if reason != "" {
		return lang.UnknownList(sure, reason)
	}
	return cty.ListVal(list)
}

// envValue has the variables that the policies mention.
func (ev *evaluation) envValue() cty.Value {
	values := map[string]cty.Value{}
	for name := range ev.d.set.blocks.Env {
		text, set := ev.op.Env[name]
		switch {
		case set:
			values[name] = lang.ExactText(text)
		case ev.op.EnvComplete:
			values[name] = cty.NullVal(cty.String)
		default:
			values[name] = lang.UnknownText("the environment behind " + strings.Join(ev.op.Via, ", ") + " is not known")
		}
	}
	return cty.ObjectVal(values)
}

func accountValue(account guard.Account) cty.Value {
	const reason = "the account that it runs as is not known"
	name, home, uid := lang.UnknownText(reason), lang.UnknownText(reason), lang.UnknownValue(reason)
	if account.Known {
		if account.Name != "" {
			name = cty.StringVal(account.Name)
		}
		if account.Home != "" {
			home = cty.StringVal(account.Home)
		}
		if account.UID >= 0 {
			uid = cty.NumberIntVal(int64(account.UID))
		}
	}
	return cty.ObjectVal(map[string]cty.Value{"name": name, "uid": uid, "home": home})
}

func operatorValue(operator guard.Operator) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"name": textOrNull(operator.Name), "uid": idOrNull(operator.UID), "euid": idOrNull(operator.EUID),
		"loginuid": idOrNull(operator.LoginUID), "sudo_user": textOrNull(operator.SudoUser),
		"tty": textOrNull(operator.TTY), "ssh": textOrNull(operator.SSH),
	})
}

func hostValue(host guard.Host) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"name":       textOrUnknown(host.Name, "the name of this host is not known"),
		"machine_id": textOrUnknown(host.MachineID, "the machine id is not known"),
		"boot_id":    textOrUnknown(host.BootID, "the boot id is not known"),
	})
}

// nowValue is the time of the request, in its own zone.
func nowValue(now time.Time) cty.Value {
	if now.IsZero() {
		unset := lang.UnknownValue("the time is not known")
		return cty.ObjectVal(map[string]cty.Value{"unix": unset, "text": unset, "weekday": unset, "hour": unset})
	}
	return cty.ObjectVal(map[string]cty.Value{
		"unix":    lang.NumberOf(float64(now.Unix())),
		"text":    cty.StringVal(now.Format(time.RFC3339)),
		"weekday": cty.StringVal(strings.ToLower(now.Weekday().String())),
		"hour":    cty.NumberIntVal(int64(now.Hour())),
	})
}

// scriptValue is the supervised script that the operation is a step of.
func scriptValue(began time.Time) cty.Value {
	if began.IsZero() {
		return cty.ObjectVal(map[string]cty.Value{"began": cty.NullVal(cty.Number)})
	}
	return cty.ObjectVal(map[string]cty.Value{"began": lang.NumberOf(float64(began.UnixMicro()) / 1e6)})
}

// expectValue has every name that the policy mentions; null when it was not
// stated.
func (ev *evaluation) expectValue() cty.Value {
	values := map[string]cty.Value{}
	for name := range ev.policy.Expected {
		values[name] = cty.NullVal(cty.String)
	}
	for _, expectation := range ev.d.request.Expect {
		values[expectation.Name] = lang.ExactText(expectation.Value)
	}
	return cty.ObjectVal(values)
}
