package policy

import (
	"fmt"
	"regexp"

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
				return cty.NilVal, fmt.Errorf("matches() needs a text as its pattern, not a %s", friendly(args[0]))
			}
			texts := []cty.Value{args[1]}
			if isSequence(args[1].Type()) {
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
			return cty.NilVal, fmt.Errorf("matches() needs texts, not a %s", friendly(text))
		}
		all = all && pattern.MatchString(text.AsString())
	}
	return cty.BoolVal(all), nil
}
