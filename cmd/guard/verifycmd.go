package main

import (
	"fmt"
	"os"

	"blastguard/guard/review"

	"github.com/spf13/cobra"
)

func verifyCommand(w world) *cobra.Command {
	var o historyOptions
	var checkpoint, key string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "prove that nothing in the log was changed, deleted or rolled back",
		Long: `verify reads every entry, recomputes the hash tree and compares it with the log's
head. With a checkpoint that was kept on another host it also proves that the log
still continues from that checkpoint.

It exits 0 when everything holds, and 1 when something does not.`,
		Example: `  guard history verify
  guard history verify --checkpoint friday.txt --key guard+….pub`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.verify(cmd, w, checkpoint, key)
		},
	}
	o.add(cmd)
	cmd.Flags().StringVar(&checkpoint, "checkpoint", "", "compare with the signed checkpoint in `FILE`")
	cmd.Flags().StringVar(&key, "key", "", "the public `KEY` that signed it; default: the one beside the log")
	return cmd
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
