package datadir

import (
	"fmt"
	"math"
)

// texts reads a required list of texts.
func texts(args map[string]any, name string) ([]string, error) {
	list, ok := args[name].([]any)
	if !ok {
		plain, isStrings := args[name].([]string)
		if !isStrings {
			return nil, fmt.Errorf("%s: a list of texts is needed", name)
		}
		for _, text := range plain {
			list = append(list, text)
		}
	}
	var found []string
	for _, element := range list {
		text, ok := element.(string)
		if !ok || text == "" {
			return nil, fmt.Errorf("%s: every element must be a text that is not empty", name)
		}
		found = append(found, text)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: the list is empty", name)
	}
	return found, nil
}

// text reads an optional text; absent is "".
func text(args map[string]any, name string) (string, error) {
	switch value := args[name].(type) {
	case nil:
		return "", nil
	case string:
		return value, nil
	default:
		return "", fmt.Errorf("%s: a text is needed", name)
	}
}

// truth reads an optional true or false.
func truth(args map[string]any, name string, otherwise bool) (bool, error) {
	switch value := args[name].(type) {
	case nil:
		return otherwise, nil
	case bool:
		return value, nil
	default:
		return false, fmt.Errorf("%s: true or false is needed", name)
	}
}

// portNumber reads an optional port; absent is the default one.
func portNumber(args map[string]any) (int, error) {
	var port float64
	switch value := args["port"].(type) {
	case nil:
		port = defaultPort
	case int64:
		port = float64(value)
	case int:
		port = float64(value)
	case float64:
		port = value
	default:
		return 0, fmt.Errorf("port: a number is needed")
	}
	if port != math.Trunc(port) || port < 1 || port > math.MaxUint16 {
		return 0, fmt.Errorf("port: %v is none", port)
	}
	return int(port), nil
}
