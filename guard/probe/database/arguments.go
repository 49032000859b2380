package database

import (
	"fmt"
)

// Text reads an optional text among the arguments of a probe; absent is "".
func Text(args map[string]any, name string) (string, error) {
	switch value := args[name].(type) {
	case nil:
		return "", nil
	case string:
		return value, nil
	default:
		return "", fmt.Errorf("%s: a text is needed", name)
	}
}
