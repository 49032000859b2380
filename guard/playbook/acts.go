package playbook

import (
	"context"
	"slices"
	"strconv"
	"strings"

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

// quiet says whether an act that policies govern goes on without a word and
// without an entry, and counts it: scripts write files all the time. Whatever
// is asked, warned of, or counted against a limit is recorded.
func (r *supervisedRun) quiet(report guard.Report) bool {
	if r.recordsAll() || report.Err != nil || report.Decision.Effect != guard.Allow || len(report.Decision.Claims) > 0 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unasked++
	return true
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

// signalWord: -9 or -TERM, and no flag.
func signalWord(word string) bool {
	name, flag := strings.CutPrefix(word, "-")
	_, err := strconv.Atoi(name)
	return flag && (err == nil || len(name) > 2 && strings.ToUpper(name) == name)
}

// signalsChildren: pkill is given a process of the run, whose children are the run's
// too: pkill -P $$. With a pattern it finds fewer of them.
func (r *supervisedRun) signalsChildren(asker int, args []guard.Word) bool {
	if len(args) > 0 && signalWord(args[0].Text) {
		args = args[1:]
	}
	if len(args) < 2 || args[0].Text != "-P" {
		return false
	}
	pid, err := strconv.Atoi(args[1].Text)
	for _, word := range args[2:] {
		if strings.HasPrefix(word.Text, "-") {
			return false
		}
	}
	return err == nil && pid > 0 && r.supervisor.Belongs(asker, pid)
}

// done records an act that is about to happen: it takes no time.
func (r *supervisedRun) done(ctx context.Context, report guard.Report) {
	r.mu.Lock()
	r.ran = append(r.ran, toldLine(report))
	r.mu.Unlock()
	r.record(ctx, report.Entry, guard.Outcome{Started: true, Status: -1, Unseen: true})
}

// signalsOwn: the program kill is given nothing but processes that the run has
// started itself, as the builtin of that name may be.
func (r *supervisedRun) signalsOwn(asker int, op guard.Operation) bool {
	if op.On != "" || len(op.Args) == 0 {
		return false
	}
	args := op.Args
	switch op.Program {
	case "kill":
	case "pkill":
		return r.signalsChildren(asker, args)
	default:
		return false
	}
	if strings.HasPrefix(args[0].Text, "-") && args[0].Text != "--" {
		if args[0].Text == "-s" && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) > 0 && args[0].Text == "--" {
		args = args[1:]
	}
	for _, word := range args {
		pid, err := strconv.Atoi(word.Text)
		if err != nil || pid <= 0 || !r.supervisor.Belongs(asker, pid) {
			return false
		}
	}
	return len(args) > 0
}
