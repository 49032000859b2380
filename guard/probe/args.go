package probe

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"blastguard/guard"
)

// checkArgs refuses what the kind does not declare, what is missing, and what
// is empty where it must not be: empty never means "all".
func checkArgs(kind guard.ProbeKind, args map[string]any) error {
	declared := map[string]bool{}
	for _, param := range kind.Params {
		declared[param.Name] = true
		if err := checkArg(param, args[param.Name]); err != nil {
			return fmt.Errorf("probe %s: %s: %w", kind.Name, param.Name, err)
		}
	}
	for name := range args {
		if !declared[name] {
			return fmt.Errorf("probe %s: it takes no %q", kind.Name, name)
		}
	}
	return nil
}

func checkArg(param guard.ProbeParam, value any) error {
	if value == nil {
		if param.Required {
			return errors.New("it must be given")
		}
		return nil
	}
	if err := checkType(param, value); err != nil || param.Check == nil {
		return err
	}
	return param.Check(value)
}

func checkType(param guard.ProbeParam, value any) error {
	switch param.Type {
	case guard.StringParam:
		return checkText(param, value)
	case guard.NumberParam, guard.SizeParam:
		_, err := number(value)
		return err
	case guard.DurationParam, guard.TimeParam:
		return checkSeconds(value)
	case guard.BoolParam:
		if _, ok := value.(bool); !ok {
			return fmt.Errorf("%T where true or false must be", value)
		}
		return nil
	case guard.ListParam:
		return checkList(param, value)
	default:
		return errors.New("of a type that guard does not know; report this as a bug of guard")
	}
}

func checkSeconds(value any) error {
	if seconds, ok := value.(float64); ok && seconds >= 0 && !math.IsInf(seconds, 0) {
		return nil
	}
	_, err := number(value)
	return err
}

func checkText(param guard.ProbeParam, value any) error {
	text, ok := value.(string)
	switch {
	case !ok:
		return fmt.Errorf("%T where a text must be", value)
	case text == "" && param.Required:
		return errors.New("it is empty")
	case strings.ContainsRune(text, 0):
		return errors.New("it holds a NUL byte")
	default:
		return nil
	}
}

func checkList(param guard.ProbeParam, value any) error {
	values, err := list(value)
	switch {
	case err != nil:
		return err
	case len(values) == 0 && param.Required:
		return errors.New("it is empty")
	case len(values) > maxElements:
		return fmt.Errorf("%d of them, at most %d: split the command, as xargs -n %d does", len(values), maxElements, maxElements/2)
	default:
		return nil
	}
}

// list reads a list of texts. Anything else in it is an error, never converted.
func list(value any) ([]string, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case []string:
		return v, nil
	case []any:
		texts := make([]string, len(v))
		for i, element := range v {
			text, ok := element.(string)
			if !ok {
				return nil, fmt.Errorf("element %d is a %T, must be a text", i, element)
			}
			if strings.ContainsRune(text, 0) {
				return nil, fmt.Errorf("element %d holds a NUL byte", i)
			}
			texts[i] = text
		}
		return texts, nil
	default:
		return nil, fmt.Errorf("%T where a list of texts must be", value)
	}
}

// text reads an optional text: absent or null is "".
func text(value any) string {
	text, _ := value.(string)
	return text
}

// dirOf is where relative paths start: the question's own directory, or that of
// the request.
func dirOf(args map[string]any, request string) string {
	if dir := text(args["dir"]); dir != "" {
		return dir
	}
	return request
}

// number reads a whole number that is not negative.
func number(value any) (int64, error) {
	switch v := value.(type) {
	case int:
		return number(int64(v))
	case int64:
		if v < 0 {
			return 0, fmt.Errorf("%d is negative", v)
		}
		return v, nil
	case float64:
		if v < 0 || v != math.Trunc(v) || v >= math.MaxInt64 {
			return 0, fmt.Errorf("%v is no whole number", v)
		}
		return int64(v), nil
	default:
		return 0, fmt.Errorf("%T where a number must be", value)
	}
}

// absolute makes a path absolute without cleaning it: "..", links and trailing
// slashes keep the meaning that the kernel gives them.
func absolute(path, dir string) (string, error) {
	switch {
	case path == "":
		return "", errors.New("the path is empty")
	case strings.ContainsRune(path, 0):
		return "", fmt.Errorf("the path %q holds a NUL byte", path)
	case path[0] == '/':
		return path, nil
	case !strings.HasPrefix(dir, "/"):
		return "", fmt.Errorf("the path %q is relative, and the directory it starts from is not known", path)
	default:
		return dir + "/" + path, nil
	}
}
