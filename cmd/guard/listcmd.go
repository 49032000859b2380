package main

import (
	"context"
	"fmt"
	"math"

	"blastguard/guard"
	"blastguard/guard/history"
	"blastguard/guard/review"

	"github.com/spf13/cobra"
)

func listCommand(w world) *cobra.Command {
	var o historyOptions
	var filter history.Filter
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
	flags.Int64Var(&filter.Before, "before", 0, "only entries before entry `N`: the next page")
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
func (o *historyOptions) list(ctx context.Context, w world, log history.Store, filter history.Filter) error {
	most := min(filter.Limit, math.MaxInt-1)
	filter.Limit = most + 1
	entries, err := log.List(ctx, filter)
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
