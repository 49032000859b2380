package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/host"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
	"blastguard/guard/source"
	"blastguard/policies"

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

// loaded are the policy files of a verb, and which of them it speaks about.
type loaded struct {
	files []guard.PolicyFile
	about map[string]bool // by path
	// overlooked look like policy files and are not read.
	overlooked []string
}

// warnings say what is not read.
func (l loaded) warnings() policy.Diagnostics {
	var warnings policy.Diagnostics
	for _, path := range l.overlooked {
		warnings = append(warnings, policy.Warning(path, "it looks like a policy file and is not read", host.RenameToRead))
	}
	return warnings
}

// load reads the named files on top of the shipped ones (a named file replaces
// the shipped one of its name, and may use the shipped commands), or all that
// decides here.
func (o *setOptions) load(w world, args []string) (loaded, error) {
	var found source.Found
	var problems []source.Problem
	if len(args) == 0 {
		found, problems = w.setup(o.places).Files()
	} else {
		found, problems = source.Read(w.setup(o.places).Named(args))
	}
	named := found.Files
	switch {
	case len(problems) > 0:
		return loaded{}, host.Unreadable(problems)
	case len(named) == 0:
		return loaded{}, errors.New("no policy files were found; name a file or a directory of .hcl files")
	}
	l := loaded{files: named, about: map[string]bool{}, overlooked: found.Overlooked}
	names := map[string]bool{}
	for _, file := range named {
		l.about[file.Path] = true
		names[filepath.Base(file.Path)] = true
	}
	for _, file := range policies.Files() {
		if !o.places.noShipped && !names[filepath.Base(file.Path)] {
			l.files = append(l.files, file)
		}
	}
	return l, nil
}

// loadWithTests is load with the files that hold tests only.
func (o *setOptions) loadWithTests(w world, args []string) (loaded, error) {
	l, err := o.load(w, testedBy(w, args))
	if err != nil {
		return l, err
	}
	tests, problems := host.TestsBeside(l.files)
	if len(problems) > 0 {
		return l, host.Unreadable(problems)
	}
	tested := map[string]bool{}
	for path := range l.about {
		tested[source.TestsOf(path)] = true
	}
	for _, file := range tests {
		if tested[file.Path] {
			l.about[file.Path] = true
		}
	}
	l.files = slices.Concat(l.files, tests)
	return l, nil
}

// testedBy are the arguments with the policies in the place of a file that has their tests.
func testedBy(w world, args []string) []string {
	args = slices.Clone(args)
	for i, path := range args {
		if of, ok := source.TestedBy(w.absolute(path)); ok {
			args[i] = of
		}
	}
	return args
}

func validateCommand(w world) *cobra.Command {
	var o setOptions
	cmd := &cobra.Command{
		Use:   "validate [PATH…]",
		Short: "say everything that is wrong with policy files, at once",
		Example: `  guard policy validate                 the set that decides here
  guard policy validate ./policies      files of one's own, by themselves`,
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := o.loadWithTests(w, args)
			if err != nil {
				return err
			}
			_, diagnostics := policy.Load(l.files, policy.Options{Kinds: kinds()})
			return o.report(w, l, append(diagnostics, l.warnings()...))
		},
	}
	o.add(cmd)
	return cmd
}

func (o *setOptions) report(w world, l loaded, diagnostics policy.Diagnostics) error {
	if o.json {
		if err := printJSON(w.stdout, validation{Valid: !diagnostics.HasErrors(), Files: len(l.about), Diagnostics: diagnostics}); err != nil {
			return err
		}
	} else {
		printDiagnostics(w, diagnostics)
	}
	switch {
	case diagnostics.HasErrors():
		return ended{ending{status: 1}}
	case !o.json:
		fmt.Fprintf(w.stdout, "%d files, no errors\n", len(l.about))
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
		Long: `test runs every test block: what a command line would be decided, given the
facts that the block states. Nothing is measured and nothing is run.

It exits 0 when all tests pass and 1 when one does not.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := o.loadWithTests(w, args)
			if err != nil {
				return err
			}
			set, diagnostics := policy.Load(l.files, policy.Options{Kinds: kinds()})
			if diagnostics.HasErrors() {
				return o.report(w, l, diagnostics)
			}
			return o.results(w, l.only(set.Test(readText)))
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
func (l loaded) only(results []policy.TestResult) []policy.TestResult {
	return slices.DeleteFunc(results, func(r policy.TestResult) bool { return !l.about[r.File] })
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
			l, err := o.load(w, args)
			if err != nil {
				return err
			}
			set, diagnostics := policy.Load(l.files, policy.Options{Kinds: kinds()})
			if diagnostics.HasErrors() {
				return o.report(w, l, diagnostics)
			}
			docs := slices.DeleteFunc(set.Describe(), func(doc policy.PolicyDoc) bool { return !l.about[doc.File] })
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
