package dryrun

import (
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/program"
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
	case op.Server != "" && !policy.Harmless(op):
		return op.Server + " runs it, where guard does not see it"
	case startsContainer(op):
		return "what " + op.Program + " runs stays out of guard's sight"
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

// startsContainer: the program starts something in a container, by its image's words.
func startsContainer(op guard.Operation) bool {
	return program.Of(op.Program).Is(program.Container) &&
		slices.ContainsFunc(op.Args, func(word guard.Word) bool {
			return word.Reading == guard.Literal && slices.Contains([]string{"run", "debug", "shell"}, word.Text)
		})
}

// harmlessFilter: awk whose program stands there, and calls nothing.
func harmlessFilter(op guard.Operation) bool {
	if !program.Of(op.Program).Is(program.Filter) {
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
