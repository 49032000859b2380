package playbook

import (
	"slices"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/supervise"
)

// act is what a script does itself as an operation: the command line that would
// do the same, without an environment that could be told.
func act(e supervise.Exec, account guard.Account) guard.Operation {
	op := guard.Operation{On: e.On, Dir: guard.Lit(e.Dir), Account: account}
	if len(e.Argv) > 0 {
		op.Program, op.Args = e.Argv[0], guard.Lits(e.Argv[1:]...)
	}
	op.Path = op.Program
	switch e.On {
	case supervise.OnTruncate:
		op.Path = "> " + e.Path
	case supervise.OnAppend:
		op.Path = ">> " + e.Path
	}
	return op
}

// writesOnly: policies are only about the files that the programs write, as those
// that a shell writes itself.
func writesOnly(set *policy.Set, ops []guard.Operation) bool {
	return len(ops) > 0 && !slices.ContainsFunc(ops, func(op guard.Operation) bool { return !set.WritesOnly(op) })
}

// wantedActs are what shells do themselves and some policy is about.
func wantedActs(on []string) supervise.Acts {
	return supervise.Acts{
		Truncate: slices.Contains(on, supervise.OnTruncate), Append: slices.Contains(on, supervise.OnAppend), Signal: slices.Contains(on, supervise.OnSignal),
	}
}
