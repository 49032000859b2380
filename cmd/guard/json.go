package main

import (
	"encoding/json"
	"io"

	"blastguard/guard"
)

// checkReport is what `guard check --json` prints. Fields are only ever added.
type checkReport struct {
	Effect   string          `json:"effect"` // allow, warn, confirm, deny, error
	Status   int             `json:"status"` // check's exit status
	Error    string          `json:"error,omitempty"`
	Policies guard.PolicySet `json:"policies"`
	Script   *guard.DryRun   `json:"script,omitempty"`
	guard.Report
}

// lintReport is what `guard check --script --json` prints. Fields are only ever
// added.
type lintReport struct {
	Policies guard.PolicySet `json:"policies"`
	guard.DryRun
}

func checkJSON(report guard.Report, set guard.PolicySet, run *guard.DryRun) checkReport {
	out := checkReport{Policies: set, Script: run, Effect: report.Decision.Effect.String(), Status: withScripts(checkStatus(report), run), Report: report}
	if report.Err != nil {
		out.Effect, out.Error = "error", report.Err.Error()
	}
	// A text that a person must know is not printed.
	out.Decision.Confirmations = append([]guard.Confirmation(nil), report.Decision.Confirmations...)
	for i := range out.Decision.Confirmations {
		if !out.Decision.Confirmations[i].Show {
			out.Decision.Confirmations[i].Text, out.Decision.Confirmations[i].Key = "", ""
		}
	}
	return out
}

func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
