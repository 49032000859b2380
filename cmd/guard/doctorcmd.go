package main

import (
	"context"
	"fmt"
	"io"

	"blastguard/guard"

	"github.com/spf13/cobra"
)

// symptom is one thing that doctor looked at. The zero health is bad.
type symptom struct {
	Health health `json:"health"`
	What   string `json:"what"`
	Detail string `json:"detail"`
	Mend   string `json:"mend,omitempty"`
}

// health is how a symptom is judged.
type health string

const (
	bad  health = "bad"  // guard would refuse, or promise what it cannot keep
	weak health = "weak" // works, with less than could be had
	fine health = "ok"
)

func doctorCommand(w world) *cobra.Command {
	var o setOptions
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "say whether guard would work here, and how to mend what would not",
		Long: `doctor looks at the policies (do they load, who may write them), the audit log
(writable, durable, verifiable), the clock, the host's name, the terminal, and
whether the steps of scripts can be seen.

It exits 0 when nothing is bad, and 1 otherwise.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			symptoms := examine(cmd.Context(), w, o.places)
			if o.json {
				if err := printJSON(w.stdout, symptoms); err != nil {
					return err
				}
			} else {
				printSymptoms(w.stdout, symptoms)
			}
			for _, s := range symptoms {
				if s.Health == bad {
					return ended{ending{status: 1}}
				}
			}
			return nil
		},
	}
	o.add(cmd)
	return cmd
}

func examine(ctx context.Context, w world, o placeOptions) []symptom {
	p, err := findPlaces(w, o)
	if err != nil {
		return []symptom{{bad, "places", err.Error(), "leave the flag or the variable away"}}
	}
	symptoms := examinePolicies(w, p, o)
	symptoms = append(symptoms, examineLog(ctx, w, p)...)
	return append(symptoms, examineHost(w)...)
}

func printSymptoms(w io.Writer, symptoms []symptom) {
	for _, s := range symptoms {
		fmt.Fprintf(w, "%-4s  %-16s %s\n", s.Health, s.What, guard.Printable(s.Detail))
		if s.Mend != "" {
			fmt.Fprintf(w, "      %-16s mend: %s\n", "", guard.Printable(s.Mend))
		}
	}
}
