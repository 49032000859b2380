package lang

import (
	"maps"
	"slices"
	"sync"
)

// objects are the variables whose attributes are fixed.
var objects = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"user":     {"name", "uid", "home"},
		"operator": {"name", "uid", "euid", "loginuid", "sudo_user", "tty", "ssh"},
		"host":     {"name", "machine_id", "boot_id"},
		"now":      {"unix", "text", "weekday", "hour"},
		"script":   {"began"},
		"target":   {"resolved", "names"},
		"each":     {"key", "value"},
	}
})

// AttributesOf are the attributes of a variable that has always the same ones; nil of
// any other.
func AttributesOf(variable string) []string { return objects()[variable] }

// plainVariables are those without attributes.
func plainVariables() []string { return []string{"argv", "program", "cwd", "impact"} }

// IsPlain: it is a variable without attributes.
func IsPlain(variable string) bool { return slices.Contains(plainVariables(), variable) }

// namedVariables are those whose attributes are named by what the files declare, or by
// the request.
func namedVariables() []string { return []string{"local", "probe", "arg", "env", "expect"} }

// IsObject: it is a variable with attributes.
func IsObject(variable string) bool {
	return slices.Contains(namedVariables(), variable) || AttributesOf(variable) != nil
}

// VariableNames are the names of all variables.
func VariableNames() []string {
	return slices.Concat(namedVariables(), plainVariables(), slices.Sorted(maps.Keys(objects())))
}
