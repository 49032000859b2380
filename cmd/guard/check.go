package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/dryrun"
	"blastguard/guard/secret"

	"github.com/spf13/cobra"
)

func checkCommand(w world) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "check [flags] [--] COMMAND [ARG…] | check --script FILE…",
		Short: "print the decision and why, without running anything",
		Long: `check measures and decides as guard would, but runs nothing, asks nobody and
records nothing.

It exits 0 when the command would run without confirmation, 75 when a person
would have to confirm it, 77 when it would be refused, and 125 when guard itself
failed.

For a shell script it also lists, line by line, what policies would govern, what
they are certain to refuse, and what cannot be read before it runs. --script
lists a script, or the shell blocks of a Markdown runbook, without a command:
nothing is measured, so that it can run anywhere.`,
		Example: `  guard check rm -rf /var/lib/postgresql/15/main
  guard check --trace -- rm -rf /srv/old     every step with values and time
  guard check --json rm -rf /srv/old | jq .decision.effect
  guard check ./playbook.sh                  the decision, and the script line by line
  guard check --script runbook.md --script playbook.sh`,
		DisableFlagsInUseLine: true,
		Args:                  commandOrScripts(&o),
		ValidArgsFunction:     completeProgram,
		RunE: func(cmd *cobra.Command, argv []string) error {
			if len(o.scripts) > 0 {
				return lint(w, o)
			}
			g, request, _, err := prepare(cmd.Context(), w, o, argv)
			if err != nil {
				return err
			}
			report := g.Check(cmd.Context(), request)
			if name, says := dryrun.Instead(report); name != "" {
				fmt.Fprintf(w.stderr, "guard: %s\n", says)
				o.scripts = []string{name}
				o.strict = true // its steps may be asked about, as those of a script that is run
				return lint(w, o)
			}
			run, err := dryRunOf(w, o, report)
			if err != nil {
				return err
			}
			if err := printCheck(w, o, report, g.Policies, run); err != nil {
				return err
			}
			return ended{ending{status: withScripts(checkStatus(report), run)}}
		},
	}
	o.addDecision(cmd)
	cmd.Flags().BoolVar(&o.trace, "trace", false, "print each step with its values and milliseconds")
	cmd.Flags().BoolVar(&o.json, "json", false, "print the whole report as JSON (docs/check-json.md)")
	cmd.Flags().StringArrayVar(&o.scripts, "script", nil, "list what policies would govern in `FILE`, a shell script or a Markdown runbook (- is standard input)")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "with a script: exit 75 also for lines whose decision depends on what is measured when they run")
	return cmd
}

// checkStatus is check's exit status.
func checkStatus(report guard.Report) int {
	switch {
	case report.Err != nil:
		return guard.StatusFailed
	case report.Decision.Effect == guard.Allow, report.Decision.Effect == guard.Warn:
		if slices.ContainsFunc(report.Operations, isSupervised) {
			return guard.StatusWouldAsk // its steps may be asked for; what they are is not known yet
		}
		return guard.StatusWouldRun
	case report.Decision.Effect == guard.Confirm:
		return guard.StatusWouldAsk
	default:
		return guard.StatusRefused
	}
}

// withScripts is the status of a command that starts scripts: the worse of the
// two.
func withScripts(status int, run *guard.DryRun) int {
	if run == nil {
		return status
	}
	return max(status, run.Status) // 0, needs confirmation, refused, failed
}

// printCheck prints to stdout, but for a refusal; secrets are masked in both.
func printCheck(w world, o options, report guard.Report, set guard.PolicySet, run *guard.DryRun) error {
	secrets := secretsOf(report)
	if o.json {
		if run != nil {
			secrets = append(secrets, run.Secrets...)
		}
		masked, err := maskJSON(checkJSON(report, set, run), secrets)
		if err != nil {
			return err
		}
		return printJSON(w.stdout, masked)
	}
	report.Decision.Secrets = secrets
	var text strings.Builder
	err := printDecision(&text, w, o, report)
	_, written := io.WriteString(w.stdout, secret.New(secrets).Text(text.String()))
	if err = errors.Join(err, written); err != nil || run == nil {
		return err
	}
	return printDryRun(w, o, *run)
}

func isSupervised(op guard.Operation) bool { return op.Supervised }

func printDecision(out io.Writer, w world, o options, report guard.Report) error {
	if o.trace {
		printTrace(out, report)
	}
	style := styleOf(w)
	switch checkStatus(report) {
	case guard.StatusWouldAsk:
		if report.Decision.Effect == guard.Confirm {
			fmt.Fprintf(out, "would need confirmation: %s\n", cut(secret.New(report.Decision.Secrets).Text(summary(report)), 160))
		} else {
			fmt.Fprintf(out, "would be supervised, with each governed step decided when it is reached: %s\n", cut(guard.CommandLine(report.Request.Argv), 160))
		}
		printChecks(out, report.Decision)
		for _, confirmation := range report.Decision.Confirmations {
			fmt.Fprintf(out, "  type  %s\n", toType(confirmation))
		}
	case guard.StatusWouldRun:
		fmt.Fprintf(out, "would run without confirmation: %s\n", cut(guard.CommandLine(report.Request.Argv), 160))
		printChecks(out, report.Decision)
	default:
		report.OnlyChecked = true
		_, err := io.WriteString(w.stderr, approve.Refusal(report, style))
		return err
	}
	return nil
}

// summary is what the command does, or the command itself.
func summary(report guard.Report) string {
	if report.Decision.Summary != "" {
		return guard.Printable(report.Decision.Summary)
	}
	return guard.CommandLine(report.Request.Argv)
}

// toType is what check may say of a text: not the text itself where a person
// must know it.
func toType(confirmation guard.Confirmation) string {
	if confirmation.Show {
		return guard.Printable(confirmation.Text)
	}
	return "(" + guard.Printable(confirmation.Hint) + ")"
}

func printChecks(w io.Writer, decision guard.Decision) {
	for _, check := range decision.Checks {
		line := fmt.Sprintf("  %-7s %s", check.Status, guard.Printable(check.ID()))
		if check.Value != "" {
			line += ": " + guard.Printable(check.Value)
		}
		if check.Limit != "" {
			line += ", " + guard.Printable(check.Limit)
		}
		if check.Status != guard.Passes && check.Message != "" {
			line += ": " + guard.Printable(check.Message)
		}
		fmt.Fprintln(w, line)
	}
	for _, measure := range decision.Measures {
		fmt.Fprintf(w, "  %s: %s\n", guard.Printable(measure.Unit), guard.Printable(measure.Text))
	}
}

// printTrace prints the steps of the pipeline, the operations as they were
// read, and each fact with its value.
func printTrace(w io.Writer, report guard.Report) {
	mask := secret.New(report.Decision.Secrets)
	for _, step := range report.Steps {
		fmt.Fprintf(w, "%8.2f ms  %-10s %s\n", milliseconds(step.Took), step.Name, guard.Printable(step.Detail))
	}
	for _, op := range report.Operations {
		fmt.Fprintf(w, "operation    %s\n", operationText(op))
	}
	for _, finding := range report.Facts {
		fmt.Fprintf(w, "%8.2f ms  %s = %s\n", milliseconds(finding.Fact.Took), guard.Printable(factName(finding.Ask)), factText(finding.Fact, mask))
		for _, line := range finding.Fact.Evidence {
			fmt.Fprintf(w, "             %s\n", guard.Printable(line))
		}
	}
	for _, check := range report.Decision.Checks {
		fmt.Fprintf(w, "check        %s: %s -> %s  %s\n", guard.Printable(check.ID()), check.Status, check.Effect, guard.Printable(check.Pos))
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func factName(ask guard.Ask) string {
	if ask.Label != "" {
		return ask.Label
	}
	return ask.Kind
}

// factText is a fact's value in one line, cut where it would fill the screen.
func factText(fact guard.Fact, mask *secret.Masker) string {
	if !fact.Known {
		return "not known: " + guard.Printable(fact.Reason)
	}
	text, err := json.Marshal(fact.Value)
	if err != nil {
		return "a value that cannot be shown: " + err.Error()
	}
	return cut(mask.Text(guard.Printable(string(text))), 300)
}

// cut shortens a text that would fill the screen; size is in bytes.
func cut(text string, size int) string { return guard.Shorten(text, size) }

// operationText shows an operation with its wrappers and unknown words.
func operationText(op guard.Operation) string {
	words := []string{op.Program}
	if op.Path != "" && op.On != "" {
		words[0] = op.Path
	}
	for i, word := range op.Args {
		const most = 50
		if i == most {
			words = append(words, fmt.Sprintf("… and %d more", len(op.Args)-most))
			break
		}
		switch word.Reading {
		case guard.Literal:
			words = append(words, guard.CommandLine([]string{word.Text}))
		default:
			words = append(words, "‹"+guard.Printable(word.Text)+"›")
		}
	}
	text := strings.Join(words, " ")
	if len(op.Via) > 0 {
		text += "   through " + guard.Printable(strings.Join(op.Via, " → "))
	}
	if op.Opaque != "" {
		text += "   not readable: " + guard.Printable(op.Opaque)
	}
	return text
}
