package lang

import (
	"fmt"
	"net/netip"
	"path"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// addTexts adds what looks at texts and paths. None follows links: paths are
// compared as they are written.
func (t functionTable) addTexts() {
	t["startswith"] = textFunction("startswith", cty.Bool, func(a []string) cty.Value { return cty.BoolVal(strings.HasPrefix(a[0], a[1])) }, 2)
	t["endswith"] = textFunction("endswith", cty.Bool, func(a []string) cty.Value { return cty.BoolVal(strings.HasSuffix(a[0], a[1])) }, 2)
	t["basename"] = textFunction("basename", cty.String, func(a []string) cty.Value { return cty.StringVal(path.Base(a[0])) }, 1)
	t["dirname"] = textFunction("dirname", cty.String, func(a []string) cty.Value { return cty.StringVal(path.Dir(a[0])) }, 1)
	t["strcontains"] = textFunction("strcontains", cty.Bool, func(a []string) cty.Value { return cty.BoolVal(strings.Contains(a[0], a[1])) }, 2)
	t["trimprefix"] = textFunction("trimprefix", cty.String, func(a []string) cty.Value { return cty.StringVal(strings.TrimPrefix(a[0], a[1])) }, 2)
	t["trimsuffix"] = textFunction("trimsuffix", cty.String, func(a []string) cty.Value { return cty.StringVal(strings.TrimSuffix(a[0], a[1])) }, 2)
	t["inside"] = insideFunction()
	t["cidrcontains"] = cidrFunction()
	t["matches"] = matchesFunction()
	t["regex"] = regexFunction("regex", firstMatch)
	t["regexall"] = regexFunction("regexall", allMatches)
}

func textFunction(name string, result cty.Type, apply func([]string) cty.Value, n int) function.Function {
	params := make([]function.Parameter, n)
	for i := range params {
		params[i] = anyParam("text")
	}
	return function.New(&function.Spec{
		Params: params,
		Type:   function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			texts := make([]string, len(args))
			for i, arg := range args {
				if arg.Type() != cty.String {
					return cty.NilVal, fmt.Errorf("%s() needs a text, not a %s", name, Friendly(arg))
				}
				texts[i] = arg.AsString()
			}
			return apply(texts), nil
		},
	})
}

// insideFunction: inside(path, dirs) says whether a path is one of the
// directories or below one.
func insideFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("path"), unknownParam("dirs")},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			dirs, ok, err := Elements("inside", args[1])
			if err != nil || !ok {
				return cty.UnknownVal(cty.Bool), err
			}
			if args[0].Type() != cty.String {
				return cty.NilVal, fmt.Errorf("inside() needs a path, not a %s", Friendly(args[0]))
			}
			found := cty.False
			for i, dir := range dirs {
				if err := wantType("inside()", fmt.Sprint("element ", i), dir, cty.String); err != nil {
					return cty.NilVal, err
				}
				below := cty.UnknownVal(cty.Bool)
				if dir.IsKnown() {
					below = cty.BoolVal(IsInside(args[0].AsString(), dir.AsString()))
				}
				found = strictOr(found, below)
			}
			return found, nil
		},
	})
}

// IsInside says whether a path is a directory or below it, as both are written.
func IsInside(name, dir string) bool {
	name, dir = path.Clean(name), path.Clean(dir)
	return name == dir || dir == "/" && strings.HasPrefix(name, "/") || strings.HasPrefix(name, dir+"/")
}

// cidrFunction: cidrcontains(network, inner) says whether a network holds an address, or
// all of another network.
func cidrFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("network"), anyParam("inner")},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for _, arg := range args {
				if arg.Type() != cty.String {
					return cty.NilVal, fmt.Errorf("cidrcontains() needs texts, not a %s", Friendly(arg))
				}
			}
			network, err := netip.ParsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, fmt.Errorf("cidrcontains(): %q is no network: want one like 10.0.0.0/8", args[0].AsString())
			}
			inner, err := parseNetwork(args[1].AsString())
			if err != nil {
				return cty.NilVal, fmt.Errorf("cidrcontains(): %q is neither an address nor a network", args[1].AsString())
			}
			if network.Addr().Is4() != inner.Addr().Is4() {
				return cty.NilVal, fmt.Errorf("cidrcontains(): %s and %s are not of one version of IP", network, args[1].AsString())
			}
			return cty.BoolVal(inner.Bits() >= network.Bits() && network.Contains(inner.Addr())), nil
		},
	})
}

// parseNetwork reads a network, or an address as the network that is only it.
func parseNetwork(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("%q is no address", text)
	}
	return netip.PrefixFrom(address, address.BitLen()), nil
}
