package datadir

import (
	"fmt"

	"blastguard/guard/probe/engine"
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

// candidatesOf are the servers that a policy names.
func candidatesOf(args map[string]any) ([]string, error) {
	if list, ok := args["candidates"].([]any); args["candidates"] == nil || ok && len(list) == 0 {
		return nil, nil
	}
	names, err := texts(args, "candidates")
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if err := engine.CheckCandidate(name); err != nil {
			return nil, fmt.Errorf("candidates: number %d: %w", i+1, err)
		}
	}
	return names, nil
}
