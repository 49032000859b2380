package postgres

import (
	"fmt"
	"math"
)

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
