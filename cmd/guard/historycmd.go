package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/command"
	"blastguard/guard/history"
	"blastguard/guard/review"

	"github.com/spf13/cobra"
)

// historyOptions are the flags of every history verb.
type historyOptions struct {
	places placeOptions
	json   bool
}

func (o *historyOptions) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.places.audit, "audit", "", "the audit log's `FILE`")
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON")
}

func historyCommand(w world) *cobra.Command {
	list := listCommand(w)
	cmd := &cobra.Command{
		Use:     "history",
		Short:   "what was asked, refused and run: list (the default), show, verify, checkpoint",
		Example: list.Example,
		Args:    cobra.NoArgs,
		RunE:    list.RunE,
	}
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list, showCommand(w), verifyCommand(w), checkpointCommand(w))
	return cmd
}

// path is the log's file, or an error that says that there is none yet.
func (o *historyOptions) path(w world) (string, error) {
	p, err := findPlaces(w, o.places)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(p.Audit); errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("no audit log at %s yet: nothing has been guarded; for another log: --audit FILE", p.Audit)
	}
	return p.Audit, nil
}

func (o *historyOptions) reader(cmd *cobra.Command, w world) (*audit.Reader, error) {
	path, err := o.path(w)
	if err != nil {
		return nil, err
	}
	return audit.OpenReader(cmd.Context(), path)
}

func showCommand(w world) *cobra.Command {
	var o historyOptions
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "show one entry: who, what, where, what was known, what happened",
		Example: "  guard history show 4711",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || id < 1 {
				return fmt.Errorf("history show %q: want the number of an entry, as history list prints it", guard.Printable(args[0]))
			}
			reader, err := o.reader(cmd, w)
			if err != nil {
				return err
			}
			defer reader.Close()
			return o.show(cmd.Context(), w, reader, id)
		},
	}
	o.add(cmd)
	return cmd
}

func (o *historyOptions) show(ctx context.Context, w world, log history.Store, id int64) error {
	entry, err := log.Get(ctx, id)
	if err != nil {
		return err
	}
	steps := log.Steps(ctx, entry.ID)
	if o.json {
		shown, err := review.EntryJSON(entry, steps)
		if err != nil {
			return err
		}
		return printJSON(w.stdout, shown)
	}
	if err := review.Show(w.stdout, entry, reviewStyle(w)); err != nil {
		return err
	}
	return review.Steps(w.stdout, entry, steps, reviewStyle(w))
}

func reviewStyle(w world) review.Style {
	style := styleOf(w)
	return review.Style{Color: style.Color && isStdout(w), Width: style.Width, Now: w.now()}
}

func isStdout(w world) bool {
	_, terminal := terminalWidth(w.stdout)
	return terminal
}

// since reads "24h", "7d" as a time before now, or a date.
func since(w world, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return recent(w, text, at)
		}
	}
	seconds, err := command.ParseDuration(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("--since %q: want a duration such as 24h or 7d, or a date such as 2026-11-20", text)
	}
	return recent(w, text, w.now().Add(-time.Duration(seconds*float64(time.Second))))
}

// recent refuses what no entry can be compared with: the log counts
// nanoseconds since 1970, and holds nothing of the future.
func recent(w world, text string, at time.Time) (time.Time, error) {
	if at.Year() < 1970 || at.After(w.now()) {
		return time.Time{}, fmt.Errorf("--since %q: want a time between 1970 and now", text)
	}
	return at, nil
}
