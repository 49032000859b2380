package main

import (
	"fmt"
	"io"

	"blastguard/guard"
	"blastguard/guard/host"
	"blastguard/guard/machine"
	"blastguard/guard/supervise"

	"github.com/spf13/cobra"
)

func doctorCommand(w world) *cobra.Command {
	var o setOptions
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "say whether guard would work here, and how to fix what would not",
		Long: `doctor looks at the policies (do they load, who may write them), the audit log
(writable, durable, verifiable), the clock, the host's name, the terminal, and
whether the steps of scripts can be seen.

It exits 0 when nothing is bad, and 1 otherwise.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			symptoms := doctor(w, o.places).Examine(cmd.Context())
			if o.json {
				if err := printJSON(w.stdout, symptoms); err != nil {
					return err
				}
			} else {
				printSymptoms(w.stdout, symptoms)
			}
			for _, s := range symptoms {
				if s.Health == host.Bad {
					return ended{ending{status: 1}}
				}
			}
			return nil
		},
	}
	o.add(cmd)
	return cmd
}

// doctor looks at this host.
func doctor(w world, o placeOptions) host.Doctor {
	garbageIsExpected() // a log is verified
	return host.Doctor{
		Setup: w.setup(o), Now: w.now, TTY: w.tty, Host: machine.Host().Name,
		Supervise: func() (bool, error) { return supervise.Privileged(), supervise.Available() },
		Read:      readText,
	}
}

func printSymptoms(w io.Writer, symptoms []host.Symptom) {
	for _, s := range symptoms {
		fmt.Fprintf(w, "%-4s  %-16s %s\n", s.Health, s.What, guard.Printable(s.Detail))
		if s.Mend != "" {
			fmt.Fprintf(w, "      %-16s fix: %s\n", "", guard.Printable(s.Mend))
		}
	}
}
