package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/machine"
	"blastguard/guard/playbook"
	"blastguard/guard/process"

	"github.com/spf13/cobra"
)

func runCommand(w world, bare bool) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "run [flags] [--] COMMAND [ARG…]",
		Short: "guard a command and run it (the same as the bare prefix)",
		Example: `  guard rm -rf /srv/old
  guard run --expect role=secondary -- rm -rf /var/lib/postgresql/15/main
  guard run --override delete.blast_radius.entries.max --reason "ticket 4711" -- rm -rf /srv/big
  guard ./playbook.sh staging               each step is decided when it is reached
  guard --on-deny=continue make teardown    a refused step fails, and the rest goes on`,
		DisableFlagsInUseLine: true,
		Args:                  needsCommand,
		ValidArgsFunction:     completeProgram,
		RunE: func(cmd *cobra.Command, argv []string) error {
			if word := argv[0]; bare && cmd.ArgsLenAtDash() < 0 && slices.Contains(reserved, word) {
				return fmt.Errorf("flags of guard %s go after that word: guard %s [flags] …; to run a program of that name: guard [flags] -- %s …", word, word, word)
			}
			return runGuarded(cmd.Context(), w, o, argv)
		},
	}
	o.addDecision(cmd)
	o.addRun(cmd)
	return cmd
}

// orSignal is how guard ends when it could not start.
func orSignal(w world, err error) error {
	if number := w.hold.Signal(); number != 0 {
		return ended{ending{signal: number}}
	}
	return err
}

// unresponsive is how long a signal waits until guard knows what it has to record.
const unresponsive = 3 * time.Second

func needsCommand(_ *cobra.Command, argv []string) error {
	if len(argv) == 0 || argv[0] == "" {
		return errors.New(`no command was given: guard COMMAND [ARG…] ("guard help" shows examples)`)
	}
	return nil
}

func completeProgram(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// runGuarded is `guard run`: it ends as the command ended, or says why nothing
// ran.
//
// From the beginning on a signal, or a closed pipe, ends guard only when what has
// to be recorded is on disk.
func runGuarded(ctx context.Context, w world, o options, argv []string) error {
	ctx, w.hold = process.Keep(ctx)
	inTime := w.hold.EndsWithin(ctx, unresponsive)
	g, request, made, err := prepare(ctx, w, o, argv)
	if err != nil {
		return orSignal(w, err)
	}
	result, err := openResult(w, o.result)
	if err != nil {
		return orSignal(w, err)
	}
	inTime()
	go made.log.ready() // while it is measured: at the end there may be no descriptor left for it
	report := g.Run(ctx, request)
	if made.plan.MayGoUnseen() {
		// Nothing has run, and the log says so. Now it is decided as a whole.
		o.unsupervisable = made.plan.Failed()
		if g, request, _, err = prepare(ctx, w, o, argv); err != nil {
			return orSignal(w, err)
		}
		report = g.Run(ctx, request)
	}
	if report.Outcome != nil && !report.Outcome.Started && report.Outcome.Error != "" {
		fmt.Fprintf(w.stderr, "guard: nothing was run: %s\n", guard.Printable(report.Outcome.Error))
	}
	if report.Outcome != nil && report.Err != nil {
		fmt.Fprintf(w.stderr, "guard: the command ran, but the log does not record how it ended: %s\n", guard.Printable(report.Err.Error()))
	}
	report.EndsBy = w.hold.Signal()
	if err := result.write(report); err != nil {
		fmt.Fprintf(w.stderr, "guard: --result: %v\n", err)
	}
	if report.Answer != nil && report.Answer.Interrupted {
		process.InterruptForeground()
	}
	status, signal := report.Ended()
	return ended{ending{status, signal}}
}

// prepared is what a guard was made with.
type prepared struct {
	plan *playbook.Plan
	log  auditLog
}

// prepare builds the guard and the request for one command line.
func prepare(ctx context.Context, w world, o options, argv []string) (*guard.Guard, guard.Request, prepared, error) {
	request, err := newRequest(w, argv)
	if err != nil {
		return nil, request, prepared{}, err
	}
	if err := o.into(&request); err != nil {
		return nil, request, prepared{}, err
	}
	if o.as != "" {
		if account, known := machine.Lookup(o.as); known {
			request.Account = account
		}
		request.Env = playbook.EnvironmentOf(o.as, request.Env)
	}
	p, err := findPlaces(w, o.places)
	if err != nil {
		return nil, request, prepared{}, err
	}
	if request.Run = sessionAround(w, p.Audit); o.session != nil {
		o.session.Log = p.Audit
	}
	logger := debugLogger(w)
	log := newAuditLog(ctx, w, p, logger)
	ask := approver(w, p, logger, request.Text)
	g, plan := newGuard(w, p, o, request, log, ask)
	g.Approver, g.Progress, g.Log = ask, ask.Progress(), log
	g.Execute = plan.Executor(g)
	g.Show = func(report guard.Report) { show(w, report) }
	return g, request, prepared{plan, log}, nil
}

// show tells the person, on stderr, what was refused or doubtful.
func show(w world, report guard.Report) {
	fmt.Fprint(w.stderr, said(report, styleOf(w)))
}

// said is what there is to say about a decision; "" for nothing.
func said(report guard.Report, style approve.Style) string {
	switch {
	case report.Verdict != guard.Accepted:
		return approve.Refusal(report, style)
	case report.Decision.Effect == guard.Warn, len(report.Decision.Checks) > 0, len(report.Decision.Remarks) > 0:
		return approve.Warning(report, style)
	default:
		return ""
	}
}
