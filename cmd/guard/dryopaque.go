package main

import (
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/shell"
)

// unreadable says why an operation does something that cannot be read before it
// runs; "" when all of it can.
func unreadable(op guard.Operation) string {
	switch {
	case op.Opaque != "":
		return op.Opaque
	case onlyInforms(op):
		return ""
	case runsElsewhere(op):
		return "what " + op.Program + " runs is out of sight, also when it runs"
	case shell.Interpreter(op) && !harmlessFilter(op):
		return "guard does not read what " + op.Program + " runs; the programs that it executes are decided when they start"
	default:
		return ""
	}
}

// onlyInforms: make --version.
func onlyInforms(op guard.Operation) bool {
	return len(op.Args) == 1 && op.Args[0].Reading == guard.Literal && slices.Contains([]string{"--version", "--help", "-V", "-h"}, op.Args[0].Text)
}

// runsElsewhere: the program hands a command to another host, or to a daemon.
func runsElsewhere(op guard.Operation) bool {
	switch op.Program {
	case "ssh", "mosh", "pdsh", "pssh", "clush":
		return len(op.Args) > 1
	case "docker", "podman", "nerdctl", "kubectl", "oc", "lxc", "machinectl":
		return slices.ContainsFunc(op.Args, func(word guard.Word) bool {
			return word.Reading == guard.Literal && slices.Contains([]string{"exec", "run", "debug", "shell"}, word.Text)
		})
	default:
		return false
	}
}

// harmlessFilter: awk whose program stands there, and calls nothing.
func harmlessFilter(op guard.Operation) bool {
	if !slices.Contains([]string{"awk", "gawk", "mawk", "nawk"}, op.Program) {
		return false
	}
	for i := 0; i < len(op.Args); i++ {
		word := op.Args[i]
		switch {
		case word.Reading != guard.Literal:
			return false
		case word.Text == "-F" || word.Text == "-v":
			i++
		case strings.HasPrefix(word.Text, "-F"), strings.HasPrefix(word.Text, "-v"):
		case strings.HasPrefix(word.Text, "-"):
			return false
		default:
			program := strings.ReplaceAll(word.Text, "||", "")
			return !strings.Contains(program, "system") && !strings.Contains(program, "|") && !strings.Contains(program, "@")
		}
	}
	return true
}
