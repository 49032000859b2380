package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/process"
	"blastguard/guard/supervise"

	"github.com/spf13/cobra"
)

// version is set by the linker.
var version = "devel"

// reserved are the first words that are guard's own. The list is closed: a word
// here shadows a program, so later verbs go below these.
var reserved = guard.OwnWords()

// ending is how the program must end: by a status, or by a signal.
type ending struct {
	status int
	signal syscall.Signal
}

// ended carries an ending through cobra. Everything has been said to the user
// when it is returned.
type ended struct{ ending }

func (e ended) Error() string { return fmt.Sprintf("ended with status %d", e.status) }

// run is the program. It returns the exit status, or the signal to die of.
func run(ctx context.Context, args []string, w world) (int, syscall.Signal) {
	if len(args) > 1 && args[1] == supervise.StageWord {
		process.KeepIgnored()
		return supervise.Stage(args[2:], w.env), 0
	}
	words, bare := prefixed(args[1:])
	root := rootCommand(w, bare)
	root.SetArgs(words)
	err := root.ExecuteContext(ctx)
	var end ended
	switch {
	case err == nil:
		return 0, 0
	case errors.As(err, &end):
		return end.status, end.signal
	default:
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(w.stderr, "guard: %s\n", guard.Printable(strings.TrimSuffix(line, "\n")))
		}
		return guard.StatusFailed, 0
	}
}

// prefixed puts "run" before a command line that does not start with one of
// guard's own words; bare says that it did.
func prefixed(args []string) (words []string, bare bool) {
	switch {
	case len(args) > 1 && strings.HasPrefix(args[1], "-") && slices.Contains([]string{cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, args[0]):
		return slices.Insert(slices.Clone(args), 1, "run"), false // guard --on-deny TAB
	case len(args) == 0,
		slices.Contains(reserved, args[0]),
		slices.Contains([]string{"-h", "--help", "--version", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, args[0]):
		return args, false
	default:
		return append([]string{"run"}, args...), true
	}
}

func rootCommand(w world, bare bool) *cobra.Command {
	root := &cobra.Command{
		Use:   "guard [flags] COMMAND [ARG…]",
		Short: "guard a destructive command: measure, check, confirm, record, run",
		Long: `Put guard before a risky command. It works out what the command would really
do, checks that against policies, asks a person to type what will be hit,
records it, and only then runs the command as if guard were not there.

  guard rm -rf /srv/old             the prefix; the same as guard run -- rm …
  guard ./playbook.sh staging       every program that a script executes, as it does
  guard check rm -rf /srv/old       what would happen, without running
  guard check ./playbook.sh         the same, and the script line by line
  guard shell                       a shell whose every command is guarded
  guard --expect host=db2 rm -rf …  refuse if this is not the host you mean
  guard -- check …                  run a program that has the name of a subcommand

Exit status: the command's own when it ran; 77 when it was refused or nobody
said yes; 125 when guard itself failed; 126, 127 when the command cannot be
executed or was not found. "guard help exit" says more.`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return errors.New(`no command was given: guard COMMAND [ARG…] ("guard help" shows examples)`)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
	}
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	root.SetVersionTemplate("guard {{.Version}}\n")
	root.AddCommand(runCommand(w, bare), checkCommand(w), policyCommand(w), historyCommand(w), demoCommand(w), doctorCommand(w), shellCommand(w))
	root.AddCommand(laterCommands()...)
	root.AddCommand(exitTopic())
	return root
}

// laterCommands hold reserved words that have no meaning yet, so that no script comes to
// rely on guard running a program of that name.
func laterCommands() []*cobra.Command {
	var commands []*cobra.Command
	for _, name := range []string{"drill", "setup"} {
		commands = append(commands, &cobra.Command{
			Use: name, Hidden: true, DisableFlagParsing: true,
			RunE: func(cmd *cobra.Command, args []string) error {
				return fmt.Errorf("%q is a reserved word of guard, not available in this version; to run a program of that name: guard -- %s …", name, name)
			},
		})
	}
	return commands
}

func exitTopic() *cobra.Command {
	return &cobra.Command{
		Use: "exit", Short: "exit statuses",
		Long: `guard COMMAND:
  the command's own   it ran; a command killed by a signal kills guard by it
  77                  nothing ran: refused by policy, or nobody said yes;
                      a script was stopped at a step for that reason
  125                 nothing ran: guard itself failed (a bad policy, no log, …)
  126, 127            the command cannot be executed, was not found

guard check:
  0     would run without confirmation
  75    would need confirmation
  77    would be refused
  125   guard failed

None of these means "try again". A refusal does not stop a shell script by
itself: use set -e.`,
	}
}
