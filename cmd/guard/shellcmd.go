package main

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"blastguard/guard"
	"blastguard/guard/playbook"
	"blastguard/guard/supervise"

	"github.com/spf13/cobra"
)

// shells are those that can be guarded as a session.
func shells() []string { return []string{"bash", "zsh", "fish"} }

func shellCommand(w world) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "shell [flags] [bash|zsh|fish]",
		Short: "an interactive shell whose every command is supervised",
		Long: `shell starts an interactive shell on a terminal of its own. Each program that
the shell or one of its jobs executes waits until guard has looked at it. If no
policy governs it, it runs at once; otherwise it is measured, decided, confirmed
and recorded as if guard had been typed before it. A refused program fails with
"Operation not permitted", and the shell goes on.

Job control, vim, less and the shell's own set-up work as they do without guard;
the prompt says (guard), and GUARD_SHELL holds the session's entry in the log.

Without a name it starts $SHELL if guard knows that shell, and bash otherwise.`,
		Example: `  guard shell
  guard shell zsh
  sudo guard shell --as "$USER" bash    sudo inside works, and is supervised
  guard history show ID                 afterwards: what was done, as a tree`,
		DisableFlagsInUseLine: true,
		Args:                  knownShell,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return shells(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			word := usualShell(w)
			if len(args) > 0 {
				word = args[0]
			}
			if err := sessionPossible(w); err != nil {
				return fmt.Errorf("no guarded shell: %w", err)
			}
			o.supervise, o.onDeny = "require", "continue"
			o.session = playbook.NewSession(playbook.SessionConfig{
				Kind: path.Base(word), User: o.as, Plain: o.plain, TTY: w.tty, Env: w.env, Stderr: w.stderr, Now: w.now,
				Logger: debugLogger(w), Privileged: supervise.Privileged(),
				PolicyLine: func(set guard.PolicySet) string { return policyLine(set, w.now()) },
				Said: func(report guard.Report, width int) string {
					return said(report, terminalStyle(w, width, true))
				},
			})
			defer o.session.Close()
			return runGuarded(cmd.Context(), w, o, []string{word})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.reason, "reason", "", "why, for the audit log; recorded with every step too")
	flags.StringVar(&o.as, "as", "", "supervise as root and run the shell as `USER`; needs root")
	flags.BoolVar(&o.plain, "plain", false, "ask with plain lines instead of the panel")
	o.places.add(cmd)
	return cmd
}

func knownShell(_ *cobra.Command, args []string) error {
	switch {
	case len(args) > 1:
		return fmt.Errorf("shell takes one argument, not %d: bash, zsh or fish", len(args))
	case len(args) == 1 && !slices.Contains(shells(), args[0]):
		return fmt.Errorf("shell %q: want bash, zsh or fish; to run another program: guard -- %s", args[0], args[0])
	}
	return nil
}

// usualShell is the person's own shell if guard knows it.
func usualShell(w world) string {
	if own := w.getenv("SHELL"); filepath.IsAbs(own) && slices.Contains(shells(), path.Base(own)) && exists(own) {
		return own
	}
	return "bash"
}

// sessionPossible returns why a guarded shell cannot be started here; an unsupervised one
// is never started instead.
func sessionPossible(w world) error {
	const needs = "standard %s is not a terminal, and an interactive shell needs one; to guard a script: guard SCRIPT"
	if _, terminal := terminalWidth(w.stdin); !terminal {
		return fmt.Errorf(needs, "input")
	}
	if _, terminal := terminalWidth(w.stdout); !terminal {
		return fmt.Errorf(needs, "output")
	}
	return nil
}

// sessionAround is the entry of the guarded shell in which guard was typed, when that
// is in the log of that path and still sees what is executed here; else 0.
func sessionAround(w world, log string) int64 {
	id, err := strconv.ParseInt(w.getenv(playbook.SessionEntry), 10, 64)
	if err != nil || id <= 0 || w.getenv(playbook.SessionLog) != log || !supervise.Around() {
		return 0
	}
	return id
}
