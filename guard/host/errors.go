package host

import (
	"strings"

	"blastguard/guard/policy"
	"blastguard/guard/source"
)

// BadPolicies is everything that is wrong with the policy files. With it nothing may
// be decided.
type BadPolicies struct {
	Lines []string // one problem each: where, and what
}

func (b BadPolicies) Error() string {
	return "the policies cannot be used:\n" + strings.Join(b.Lines, "\n")
}

// unreadable are the problems of files that could not be read, as one error.
func unreadable(problems []source.Problem) error {
	bad := BadPolicies{}
	for _, problem := range problems {
		bad.Lines = append(bad.Lines, problem.Error())
	}
	return bad
}

// wrong are the errors in files that were read.
func wrong(diagnostics policy.Diagnostics) error {
	return BadPolicies{Lines: strings.Split(strings.TrimSpace(diagnostics.Error()), "\n")}
}
