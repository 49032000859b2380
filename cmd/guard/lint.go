package main

import (
	"errors"
	"fmt"

	"blastguard/guard"
	"blastguard/guard/dryrun"
	"blastguard/guard/machine"
	"blastguard/guard/playbook"
	"blastguard/guard/policy"
	"blastguard/guard/review"

	"github.com/spf13/cobra"
)

// commandOrScripts: check takes a command, or the files of scripts.
func commandOrScripts(o *options) cobra.PositionalArgs {
	return func(cmd *cobra.Command, argv []string) error {
		switch {
		case len(o.scripts) == 0:
			return needsCommand(cmd, argv)
		case len(argv) > 0:
			return fmt.Errorf("--script reads files and takes no command, but %s follows it; give each file its own --script", guard.Printable(argv[0]))
		case len(o.expect)+len(o.overrides) > 0:
			return errors.New("--script decides nothing, so --expect and --override cannot be used with it")
		default:
			return nil
		}
	}
}

// lint lists the scripts of --script.
func lint(w world, o options) error {
	p, err := findPlaces(w, o.places)
	if err != nil {
		return err
	}
	set, info, err := p.Load(nil)
	if err != nil {
		return err
	}
	run, err := dryrun.Files(dryRunConfig(w, o, func() (*policy.Set, error) { return set, nil }), o.scripts)
	if err != nil {
		return err
	}
	if o.json {
		masked, err := maskJSON(lintReport{info, run}, run.Secrets)
		if err == nil {
			err = printJSON(w.stdout, masked)
		}
		if err != nil {
			return err
		}
	} else if err := printDryRun(w, o, run); err != nil {
		return err
	}
	return ended{ending{status: run.Status}}
}

// dryRunOf lists the scripts that a command would start with; nil when it is none, or
// cannot be decided at all.
func dryRunOf(w world, o options, report guard.Report) (*guard.DryRun, error) {
	return dryrun.Command(dryRunConfig(w, o, func() (*policy.Set, error) {
		p, err := findPlaces(w, o.places)
		if err != nil {
			return nil, err
		}
		set, _, err := p.Load(nil)
		return set, err
	}), report)
}

func dryRunConfig(w world, o options, policies func() (*policy.Set, error)) dryrun.Config {
	return dryrun.Config{
		Policies: policies, Dir: w.dir, Stdin: w.stdin, Strict: o.strict,
		Lookup: machine.Lookup, Same: playbook.SameOperation,
	}
}

func printDryRun(w world, o options, run guard.DryRun) error {
	return review.DryRun(w.stdout, run, o.trace, review.Style{Color: colored(w)})
}
