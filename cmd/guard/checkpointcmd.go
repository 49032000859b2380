package main

import (
	"path/filepath"

	"blastguard/guard/audit"

	"github.com/spf13/cobra"
)

func checkpointCommand(w world) *cobra.Command {
	var o historyOptions
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "print a signed statement of the log's size and root",
		Long: `checkpoint signs the size of the log and the root of its hash tree with a key
that only the log's owner can read. Keep the checkpoint on another machine: it
proves what the log held when it was made, and whoever can write to the log can
replace what never left the host.`,
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
