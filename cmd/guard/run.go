package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/machine"
	"blastguard/guard/process"

	"github.com/spf13/cobra"
)

func runCommand(w world, bare bool) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "run [flags] [--] COMMAND [ARG…]",
		Short: "guard a command and run it (what the bare prefix does)",
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
				return fmt.Errorf("flags of guard %s stand behind that word: guard %s [flags] …; to run a program of that name: guard [flags] -- %s …", word, word, word)
			}
			return runGuarded(cmd.Context(), w, o, argv)
		},
	}
	o.addDecision(cmd)
	o.addRun(cmd)
	return cmd
}

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
func runGuarded(ctx context.Context, w world, o options, argv []string) error {
	g, request, book, err := prepare(ctx, w, o, argv)
	if err != nil {
		return err
	}
	result, err := openResult(w, o.result)
	if err != nil {
		return err
	}
	report := g.Run(ctx, request)
	if book.mayGoUnseen() {
		// Nothing has run, and the log says so. Now it is decided as a whole.
		o.unsupervisable = book.failed
		if g, request, _, err = prepare(ctx, w, o, argv); err != nil {
			return err
		}
		report = g.Run(ctx, request)
	}
	if report.Outcome != nil && !report.Outcome.Started && report.Outcome.Error != "" {
		fmt.Fprintf(w.stderr, "guard: nothing was run: %s\n", guard.Printable(report.Outcome.Error))
	}
	if report.Outcome != nil && report.Err != nil {
		fmt.Fprintf(w.stderr, "guard: the command ran, and the log does not say how it ended: %s\n", guard.Printable(report.Err.Error()))
	}
	if err := result.write(report); err != nil {
		fmt.Fprintf(w.stderr, "guard: --result: %v\n", err)
	}
	if report.Answer != nil && report.Answer.Interrupted {
		process.InterruptForeground()
	}
	status, signal := report.Ended()
	return ended{ending{status, signal}}
}

// prepare builds the guard and the request for one command line.
func prepare(ctx context.Context, w world, o options, argv []string) (*guard.Guard, guard.Request, *playbook, error) {
	request, err := newRequest(w, argv)
	if err != nil {
		return nil, request, nil, err
	}
	if err := o.into(&request); err != nil {
		return nil, request, nil, err
	}
	if o.as != "" {
		if account, known := machine.Lookup(o.as); known {
			request.Account = account
		}
		request.Env = environmentOf(o.as, request.Env)
	}
	p, err := findPlaces(w, o.places)
	if err != nil {
		return nil, request, nil, err
	}
	if request.Run = sessionAround(w, p.audit); o.session != nil {
		o.session.log = p.audit
	}
	logger := debugLogger(w)
	log := newAuditLog(ctx, w, p, logger)
	g, book := newGuard(w, p, o, request, log)
	ask := approver(w, p, logger, request.Text)
	g.Approver, g.Progress, g.Log = ask, ask.Progress(), log
	g.Execute = book.executor(g, ask)
	g.Show = func(report guard.Report) { show(w, report) }
	return g, request, book, nil
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
