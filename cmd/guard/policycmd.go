package main

import (
	"fmt"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/host"
	"blastguard/guard/policy"
	"blastguard/guard/shell"

	"github.com/spf13/cobra"
)

func policyCommand(w world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "validate, test and list policies",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(validateCommand(w), testCommand(w), listPoliciesCommand(w))
	return cmd
}

// setOptions choose the policies that a policy verb works on: the files given,
// or the set that decides here.
type setOptions struct {
	places placeOptions
	json   bool
}

func (o *setOptions) add(cmd *cobra.Command) {
	o.places.add(cmd)
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON")
}

func validateCommand(w world) *cobra.Command {
	var o setOptions
	cmd := &cobra.Command{
		Use:   "validate [PATH…]",
		Short: "report every problem in policy files, all at once",
		Example: `  guard policy validate                 the set that decides here
  guard policy validate ./policies      your own files, by themselves`,
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := w.setup(o.places).ChooseWithTests(args)
			if err != nil {
				return err
			}
			_, diagnostics := policy.Load(chosen.Files, policy.Options{Kinds: kinds()})
			return o.report(w, chosen, append(diagnostics, chosen.Warnings()...))
		},
	}
	o.add(cmd)
	return cmd
}

func (o *setOptions) report(w world, chosen host.Chosen, diagnostics policy.Diagnostics) error {
	if o.json {
		if err := printJSON(w.stdout, validation{Valid: !diagnostics.HasErrors(), Files: len(chosen.About), Diagnostics: diagnostics}); err != nil {
			return err
		}
	} else {
		printDiagnostics(w, diagnostics)
	}
	switch {
	case diagnostics.HasErrors():
		return ended{ending{status: 1}}
	case !o.json:
		fmt.Fprintf(w.stdout, "%s, no errors\n", guard.Plural(len(chosen.About), "file"))
	}
	return nil
}

// validation is what `guard policy validate --json` prints.
type validation struct {
	Valid       bool               `json:"valid"`
	Files       int                `json:"files"`
	Diagnostics policy.Diagnostics `json:"diagnostics"`
}

func printDiagnostics(w world, diagnostics policy.Diagnostics) {
	for _, d := range diagnostics {
		fmt.Fprintf(w.stderr, "%s:%d:%d: %s: %s\n", guard.Printable(d.File), d.Line, d.Column, d.Severity, guard.Printable(d.Summary))
		for _, line := range []string{d.Snippet, d.Detail, d.Next} {
			if line != "" {
				fmt.Fprintf(w.stderr, "    %s\n", guard.Printable(line))
			}
		}
	}
}

func testCommand(w world) *cobra.Command {
	var o setOptions
	cmd := &cobra.Command{
		Use:   "test [PATH…]",
		Short: "run the test blocks of policy files",
		Long: `test runs every test block: it decides the block's command line by the facts
that the block states. Nothing is measured and nothing is run.

It exits 0 when all tests pass and 1 when one does not.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := w.setup(o.places).ChooseWithTests(args)
			if err != nil {
				return err
			}
			set, diagnostics := policy.Load(chosen.Files, policy.Options{Kinds: kinds()})
			if diagnostics.HasErrors() {
				return o.report(w, chosen, diagnostics)
			}
			return o.results(w, only(chosen, set.Test(readText)))
		},
	}
	o.add(cmd)
	return cmd
}

// readText reads the command line of a test block as a shell would.
func readText(text string, request guard.Request) []guard.Operation {
	context := shellContext(request)
	context.Lookup = nil // a test must not depend on the machine's users
	return shell.Text(text, context)
}

// only are the results of the files that were named.
func only(chosen host.Chosen, results []policy.TestResult) []policy.TestResult {
	return slices.DeleteFunc(results, func(r policy.TestResult) bool { return !chosen.About[r.File] })
}

func (o *setOptions) results(w world, results []policy.TestResult) error {
	failed := 0
	for _, result := range results {
		if !result.Passed {
			failed++
		}
	}
	if o.json {
		if err := printJSON(w.stdout, results); err != nil {
			return err
		}
	} else {
		printResults(w, results, failed)
	}
	if failed > 0 || len(results) == 0 {
		return ended{ending{status: 1}}
	}
	return nil
}

func printResults(w world, results []policy.TestResult, failed int) {
	for _, result := range results {
		word := "ok  "
		if !result.Passed {
			word = "FAIL"
		}
		fmt.Fprintf(w.stdout, "%s  %s:%d  %s\n", word, guard.Printable(result.File), result.Line, guard.Printable(result.Name))
		if !result.Passed {
			for _, message := range result.Messages {
				fmt.Fprintf(w.stdout, "      %s\n", guard.Printable(message))
			}
		}
	}
	if len(results) == 0 {
		fmt.Fprintln(w.stderr, "guard: no test blocks: a policy without a test is a guess")
		return
	}
	fmt.Fprintf(w.stdout, "%d passed, %d failed\n", len(results)-failed, failed)
}

func listPoliciesCommand(w world) *cobra.Command {
	var o setOptions
	cmd := &cobra.Command{
		Use:   "list [PATH…]",
		Short: "list policies, what they apply to and what they check",
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := w.setup(o.places).Choose(args)
			if err != nil {
				return err
			}
			set, diagnostics := policy.Load(chosen.Files, policy.Options{Kinds: kinds()})
			if diagnostics.HasErrors() {
				return o.report(w, chosen, diagnostics)
			}
			docs := slices.DeleteFunc(set.Describe(), func(doc policy.PolicyDoc) bool { return !chosen.About[doc.File] })
			if o.json {
				return printJSON(w.stdout, docs)
			}
			printPolicies(w, docs)
			return nil
		},
	}
	o.add(cmd)
	return cmd
}

func printPolicies(w world, policies []policy.PolicyDoc) {
	for _, doc := range policies {
		fmt.Fprintf(w.stdout, "%s  (%s)\n", guard.Printable(doc.Name), fmt.Sprintf("%s:%d", guard.Printable(doc.File), doc.Line))
		fmt.Fprintf(w.stdout, "    commands  %s\n", guard.Printable(strings.Join(doc.Commands, ", ")))
		fmt.Fprintf(w.stdout, "    checks    %s\n", guard.Printable(strings.Join(doc.Checks, ", ")))
	}
}
