package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/review"

	"github.com/spf13/cobra"
)

func listCommand(w world) *cobra.Command {
	var o historyOptions
	var filter audit.Filter
	var from string
	verdicts := []string{string(guard.Accepted), string(guard.Rejected), string(guard.Declined)}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list entries, newest first",
		Example: `  guard history list
  guard history list --since 24h --verdict reject
  guard history list --program rm --json
  guard history list --run 4711     # the steps of a playbook`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := since(w, from)
			if err != nil {
				return err
			}
			filter.Since = at
			if err := oneOf("verdict", filter.Verdict, verdicts); err != nil {
				return err
			}
			for _, number := range []struct {
				flag  string
				value int64
			}{{"limit", int64(filter.Limit)}, {"before", filter.Before}, {"run", filter.Run}} {
				if cmd.Flags().Changed(number.flag) && number.value < 1 {
					return fmt.Errorf("--%s %d: want a number of 1 or more", number.flag, number.value)
				}
			}
			reader, err := o.reader(cmd, w)
			if err != nil {
				return err
			}
			defer reader.Close()
			return o.list(cmd.Context(), w, reader, filter)
		},
	}
	o.add(cmd)
	flags := cmd.Flags()
	flags.IntVarP(&filter.Limit, "limit", "n", 50, "at most `N` entries")
	flags.Int64Var(&filter.Before, "before", 0, "only entries before entry `N`, to read on")
	flags.Int64Var(&filter.Run, "run", 0, "only the steps of the playbook or guarded shell with entry `N`")
	flags.StringVar(&from, "since", "", "not older than `WHEN`: 24h, 7d, 2026-11-20")
	flags.StringVar(&filter.Program, "program", "", "only commands with the program `NAME`")
	flags.StringVar(&filter.Verdict, "verdict", "", "only `accept`, reject or decline")
	completes(cmd, "verdict", verdicts)
	flags.StringVar(&filter.User, "user", "", "only what `NAME` typed")
	flags.StringVar(&filter.Text, "search", "", "only entries whose command or targets contain `TEXT`")
	return cmd
}

// list asks for one more than is shown, to know whether that is all.
func (o *historyOptions) list(ctx context.Context, w world, reader *audit.Reader, filter audit.Filter) error {
	most := min(filter.Limit, math.MaxInt-1)
	filter.Limit = most + 1
	entries, err := reader.List(ctx, filter)
	if err != nil {
		return err
	}
	more := len(entries) > most
	entries = entries[:min(len(entries), most)]
	if o.json {
		return printJSON(w.stdout, review.ListJSON(entries))
	}
	return review.List(w.stdout, entries, more, reviewStyle(w))
}

func (o *historyOptions) verify(cmd *cobra.Command, w world, checkpoint, key string) error {
	reader, err := o.reader(cmd, w)
	if err != nil {
		return err
	}
	defer reader.Close()
	garbageIsExpected()
	verification, err := reader.Verify(cmd.Context(), verifyProgress(w))
	if err != nil {
		return err
	}
	if checkpoint != "" {
		text, err := os.ReadFile(checkpoint)
		if err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
		verification, err = reader.VerifyCheckpoint(cmd.Context(), verification, text, key)
		if err != nil {
			return err
		}
	}
	if o.json {
		err = printJSON(w.stdout, review.VerificationJSON(verification))
	} else {
		err = review.Verification(w.stdout, verification, reviewStyle(w))
	}
	if err == nil && !verification.OK {
		return ended{ending{status: 1}}
	}
	return err
}

// verifyProgress counts on a terminal, and is silent elsewhere.
func verifyProgress(w world) func(done, total int64) {
	if _, terminal := terminalWidth(w.stderr); !terminal {
		return nil
	}
	return func(done, total int64) {
		fmt.Fprintf(w.stderr, "\r\x1b[Kguard: %d of %d entries", done, total)
		if done >= total {
			fmt.Fprint(w.stderr, "\r\x1b[K")
		}
	}
}

func checkpointCommand(w world) *cobra.Command {
	var o historyOptions
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "print a signed statement of the log's size and root",
		Long: `checkpoint signs how long the log is and the root of its tree of hashes, with
a key that only the log's owner reads. Keep it on another machine: what has
left the host can be proven, what has not can be replaced by whoever may write
the log.`,
		Example: "  guard history checkpoint | ssh vault 'cat >> checkpoints/db1'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := o.path(w)
			if err != nil {
				return err
			}
			reader, err := audit.OpenReader(cmd.Context(), path)
			if err != nil {
				return err
			}
			defer reader.Close()
			signed, err := reader.Checkpoint(cmd.Context(), filepath.Dir(path))
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(w.stdout, map[string]string{"checkpoint": string(signed)})
			}
			_, err = w.stdout.Write(signed)
			return err
		},
	}
	o.add(cmd)
	return cmd
}

var _ guard.Log = auditLog{}
