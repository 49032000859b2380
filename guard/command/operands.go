package command

import (
	"fmt"
	"slices"

	"blastguard/guard"
)

// readOperands shares the operand words out: operands before a list are filled
// from the front, those after it from the end, and the list takes the rest.
// Where an unknown word may stand for none or several, all operands from there
// on are unknown; after one that may be a flag, so are single operands.
func (r *reader) readOperands() {
	operands, elements := r.operandsHere(), r.scan.elements
	shifted := false   // a word that may be none was taken as an operand
	swallowed := false // a list took words that may belong to those after it
	for i := range operands {
		operand, behind := &operands[i], len(operands)-i-1
		pooled := elements[:min(len(elements), 1)]
		if operand.Type == List {
			pooled = elements
		}
		if slices.ContainsFunc(pooled, isAnyNumber) || operand.Type == List && behind > 0 && slices.ContainsFunc(elements, mayBeFlag) {
			r.readUnsure(operands[i:], elements)
			return
		}
		take := len(pooled)
		loose := slices.ContainsFunc(pooled, isLoose)
		if operand.Type == List && !loose {
			take = max(take-behind, min(take, 1))
		}
		switch {
		case take == 0 && swallowed:
			r.finish(operand, r.doubted())
		case take == 0:
			r.finish(operand, r.absent(operand.Name, operand.Type, operand.Target, operand.Default))
		case operand.Type == List:
			r.readList(operand, elements[:take])
		case shifted || loose:
			r.readShifted(operand, elements)
		default:
			r.readScalar(operand, elements[0])
		}
		swallowed = swallowed || loose && operand.Type == List
		shifted = shifted || loose || slices.ContainsFunc(elements[:take], mayBeFlag)
		elements = elements[take:]
	}
	r.refuseExtra(elements)
}

func isAnyNumber(e element) bool { return e.word.Reading == guard.AnyNumber }

func mayBeFlag(e element) bool { return e.mayBeFlag }

func isLoose(e element) bool { return e.loose != "" }

// operandsHere are the operands of this line: without those in whose place a
// flag stands. Where that is in doubt, their word is left to what follows.
func (r *reader) operandsHere() []Operand {
	var here []Operand
	for i := range r.command.Operands {
		operand := &r.command.Operands[i]
		replaced, doubted := r.replaced(operand)
		switch {
		case replaced:
			r.out.Args[operand.Name] = Value{Known: true, Null: true}
		case doubted:
			r.out.Args[operand.Name] = r.doubted()
			r.left++
		default:
			here = append(here, *operand)
		}
	}
	return here
}

// replaced says whether a flag stands in the operand's place, for certain or
// possibly.
func (r *reader) replaced(operand *Operand) (replaced, doubted bool) {
	if len(operand.Unless) == 0 {
		return false, false
	}
	doubted = len(r.scan.doubts) > 0
	for flag, uses := range r.scan.seen {
		if !slices.Contains(operand.Unless, flag.Name) || len(uses) == 0 {
			continue
		}
		if !uses[0].after && !uses[0].loose {
			return true, false
		}
		doubted = true
	}
	return false, doubted
}

func (r *reader) readScalar(operand *Operand, e element) {
	r.keepOperand(operand, []element{e})
	r.finish(operand, r.convert(operand.Type, e.word, operand.Name))
}

func (r *reader) readList(operand *Operand, elements []element) {
	values := make([]Value, len(elements))
	for i, e := range elements {
		values[i] = r.convert(String, e.word, operand.Name)
	}
	r.keepOperand(operand, elements)
	r.finish(operand, Value{Known: true, V: values})
}

// readShifted reads a single operand after a word that may be a flag: it may
// be this word or a later one.
func (r *reader) readShifted(operand *Operand, elements []element) {
	r.keepOperand(operand, elements)
	r.finish(operand, r.doubted())
}

// readUnsure reads the operands that share words of which one may be any number.
func (r *reader) readUnsure(operands []Operand, elements []element) {
	unknown := elements[max(0, slices.IndexFunc(elements, func(e element) bool { return e.word.Reading != guard.Literal }))]
	sure, lists := r.sure(elements), 0
	for i := range operands {
		operand := &operands[i]
		value := Value{Reason: because(unknown.word)}
		if operand.Type == List {
			lists++
			value.AtLeast = max(0, sure-(len(operands)-1))
		}
		r.keepOperand(operand, elements)
		r.finish(operand, value)
	}
	if lists == 0 && sure > len(operands) {
		all := len(r.command.Operands)
		r.problem("at least %d operands, but %s takes %d", sure+all-len(operands), r.command.Name, all)
	}
}

// sure is how many of the elements are operands whatever the unknown words are:
// one of those may be a flag that takes the word after it.
func (r *reader) sure(elements []element) int {
	sure := 0
	for _, e := range elements {
		if !isAnyNumber(e) && !e.mayBeFlag {
			sure++
		}
	}
	sure -= r.scan.maybeSubcommand + r.left
	if r.command.takesValues() {
		sure -= len(r.scan.doubts)
	}
	return max(sure, 0)
}

func (r *reader) keepOperand(operand *Operand, elements []element) {
	if operand.Target != NotTarget {
		r.out.Targets = slices.Grow(r.out.Targets, len(elements))
	}
	for _, e := range elements {
		r.keep(operand.Target, operand.Sensitive, operand.Name, e.word)
	}
}

func (r *reader) finish(operand *Operand, value Value) {
	if operand.Required && isEmpty(value) {
		r.problem(`%s is required: absent or empty never means "all"`, operand.Name)
	}
	r.out.Args[operand.Name] = value
}

// refuseExtra refuses words that no operand takes: they may be targets.
func (r *reader) refuseExtra(elements []element) {
	if len(elements) <= r.scan.maybeSubcommand {
		return
	}
	e := elements[0]
	text := fmt.Sprintf("extra operand %q, which command %q does not declare", guard.Printable(shorten(e.word.Text)), r.command.Name)
	if e.loose != "" {
		text += fmt.Sprintf(" (nor is the flag %s declared, whose value it may be)", guard.Printable(shorten(e.loose)))
	}
	r.out.Problems = append(r.out.Problems, text)
}

// absent is the value of a flag or an operand that is not there. Its default
// names targets as a word would ("." for find).
func (r *reader) absent(name string, kind Type, target TargetKind, value any) Value {
	result := defaultValue(kind, value)
	list, isList := result.V.([]Value)
	if !isList {
		list = []Value{result}
	}
	for _, one := range list {
		if text, isText := one.V.(string); isText {
			r.keep(target, false, name, guard.Lit(text))
		}
	}
	return result
}

// defaultValue is what an absent flag or operand has.
func defaultValue(kind Type, value any) Value {
	switch v := value.(type) {
	case nil:
		if kind == Bool {
			return Value{Known: true, V: false}
		}
		return Value{Known: true, Null: true}
	case string:
		parsed, err := parse(kind, v)
		if err != nil {
			return Value{Reason: "default: " + err.Error()}
		}
		return Value{Known: true, V: parsed}
	case float64, bool:
		return Value{Known: true, V: v}
	case int:
		return Value{Known: true, V: float64(v)}
	case []string:
		values := make([]Value, len(v))
		for i, text := range v {
			values[i] = Value{Known: true, V: text}
		}
		return Value{Known: true, V: values}
	case []any:
		values := make([]Value, len(v))
		for i, one := range v {
			values[i] = defaultValue(String, one)
		}
		return Value{Known: true, V: values}
	default:
		return Value{Reason: fmt.Sprintf("default: a %T cannot be used", value)}
	}
}
