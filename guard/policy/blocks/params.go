package blocks

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// ParamValue is a value as a probe takes it; nil for one that is not set.
func ParamValue(param guard.ProbeParam, value cty.Value) (any, error) {
	if value.IsNull() {
		if param.Required {
			return nil, fmt.Errorf("it is null")
		}
		return nil, nil
	}
	switch param.Type {
	case guard.StringParam:
		return textParam(param, value)
	case guard.ListParam:
		return listParam(param, value)
	case guard.NumberParam, guard.TimeParam:
		if value.Type() != cty.Number {
			return nil, fmt.Errorf("a number is needed, not a %s", value.Type().FriendlyName())
		}
		return lang.ToPlain(value), nil
	case guard.BoolParam:
		if value.Type() != cty.Bool {
			return nil, fmt.Errorf("true or false is needed, not a %s", value.Type().FriendlyName())
		}
		return value.True(), nil
	case guard.DurationParam:
		return lang.MeasureOf(value, command.ParseDuration)
	case guard.SizeParam:
		return lang.MeasureOf(value, command.ParseSize)
	case guard.AnyParam:
		return lang.ToPlain(value), nil
	default:
		return nil, fmt.Errorf("the probe wants a type that no policy can give")
	}
}

func textParam(param guard.ProbeParam, value cty.Value) (any, error) {
	if value.Type() != cty.String {
		return nil, fmt.Errorf("a text is needed, not a %s", value.Type().FriendlyName())
	}
	if value.AsString() == "" && param.Required {
		return nil, fmt.Errorf("it is empty")
	}
	return value.AsString(), nil
}

func listParam(param guard.ProbeParam, value cty.Value) (any, error) {
	if !lang.IsSequence(value.Type()) {
		return nil, fmt.Errorf("a list is needed, not a %s", value.Type().FriendlyName())
	}
	texts := []any{}
	for _, one := range value.AsValueSlice() {
		text, ok := lang.Written(one)
		if !ok {
			return nil, fmt.Errorf("a list of texts is needed, and it holds %s", lang.Friendly(one))
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 && param.Required {
		return nil, fmt.Errorf("it is empty")
	}
	return texts, nil
}
