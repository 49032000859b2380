package lang

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// matchesFunction: matches(pattern, texts) says whether a regular expression
// matches somewhere in a text, or in each text of a list. Of a pattern that cannot
// be read, that is not known.
func matchesFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("pattern"), anyParam("texts")},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].Type() != cty.String {
				return cty.NilVal, fmt.Errorf("matches() needs a text as its pattern, not a %s", Friendly(args[0]))
			}
			texts := []cty.Value{args[1]}
			if IsSequence(args[1].Type()) {
				texts = args[1].AsValueSlice()
			}
			pattern, err := regexp.Compile(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(cty.Bool).Mark(because(fmt.Sprintf("the pattern %q cannot be read", args[0].AsString()))), nil
			}
			return allMatch(pattern, texts)
		},
	})
}

func allMatch(pattern *regexp.Regexp, texts []cty.Value) (cty.Value, error) {
	if len(texts) == 0 {
		return cty.NilVal, fmt.Errorf("matches() needs at least one text")
	}
	all := true
	for _, text := range texts {
		switch {
		case !text.IsKnown():
			return cty.UnknownVal(cty.Bool), nil
		case text.IsNull() || text.Type() != cty.String:
			return cty.NilVal, fmt.Errorf("matches() needs texts, not a %s", Friendly(text))
		}
		all = all && pattern.MatchString(text.AsString())
	}
	return cty.BoolVal(all), nil
}

// regexFunction is regex() or regexall(): what a regular expression finds in a text. What
// one match is, says its form: a text without groups; with groups a list of what they
// hold, or an object by their names; null for a group that takes no part.
func regexFunction(name string, find func(*regexp.Regexp, string) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("pattern"), anyParam("text")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for _, arg := range args {
				if arg.Type() != cty.String {
					return cty.NilVal, fmt.Errorf("%s() needs texts, not a %s", name, Friendly(arg))
				}
			}
			pattern, err := regexp.Compile(args[0].AsString())
			if err != nil {
				return cty.NilVal, fmt.Errorf("%s(): the pattern %q cannot be read: %w", name, args[0].AsString(), err)
			}
			if names := groupNames(pattern); len(names) > 0 && len(names) != pattern.NumSubexp() {
				return cty.NilVal, fmt.Errorf("%s(): give all groups of %q a name, or none", name, args[0].AsString())
			}
			found, err := find(pattern, args[1].AsString())
			if err != nil {
				return cty.NilVal, fmt.Errorf("%s(): %w", name, err)
			}
			return found, nil
		},
	})
}

// groupNames are the names of the groups that have one.
func groupNames(pattern *regexp.Regexp) []string {
	return slices.DeleteFunc(slices.Clone(pattern.SubexpNames()), func(name string) bool { return name == "" })
}

func firstMatch(pattern *regexp.Regexp, text string) (cty.Value, error) {
	at := pattern.FindStringSubmatchIndex(text)
	if at == nil {
		return cty.NilVal, fmt.Errorf("%q matches nothing in the text", pattern)
	}
	return captured(pattern, text, at), nil
}

func allMatches(pattern *regexp.Regexp, text string) (cty.Value, error) {
	all := pattern.FindAllStringSubmatchIndex(text, MaxElements+1)
	if len(all) > MaxElements {
		return cty.NilVal, fmt.Errorf("more than %d matches", MaxElements)
	}
	values := make([]cty.Value, len(all))
	for i, at := range all {
		values[i] = captured(pattern, text, at)
	}
	return cty.TupleVal(values), nil
}

// captured is the value of one match; at are the places of the whole and of its groups.
func captured(pattern *regexp.Regexp, text string, at []int) cty.Value {
	part := func(group int) cty.Value {
		if at[2*group] < 0 {
			return cty.NullVal(cty.String)
		}
		return ExactText(text[at[2*group]:at[2*group+1]])
	}
	if pattern.NumSubexp() == 0 {
		return part(0)
	}
	parts := make([]cty.Value, pattern.NumSubexp())
	named := map[string]cty.Value{}
	for i, name := range pattern.SubexpNames()[1:] {
		parts[i] = part(i + 1)
		named[name] = parts[i]
	}
	if len(groupNames(pattern)) > 0 {
		return cty.ObjectVal(named)
	}
	return cty.TupleVal(parts)
}
