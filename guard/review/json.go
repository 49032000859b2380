package review

import (
	"iter"

	"blastguard/guard/audit"
)

// ListJSON is a list for JSON: an array, empty when there are no entries. The
// fields are those of audit.Summary.
func ListJSON(entries []audit.Summary) []audit.Summary {
	if entries == nil {
		return []audit.Summary{}
	}
	return entries
}

// Shown is one entry for JSON: the fields of audit.Entry. Its "body" is the text that
// was hashed, so that the leaf can be checked elsewhere; texts that are not valid
// UTF-8 are whole only there.
type Shown struct {
	audit.Entry
	Steps []Step `json:"steps,omitzero"` // of a supervised run, in their order; absent for other entries
}

// Step is a step of a supervised run, without what its own entry says of why.
type Step struct {
	audit.Summary
	Place []string `json:"place"` // the programs between the run and the step, and it
}

// EntryJSON is one entry for JSON, with the steps of a supervised run.
func EntryJSON(entry audit.Entry, steps iter.Seq2[audit.Entry, error]) (Shown, error) {
	shown := Shown{Entry: entry}
	if supervisedRun(entry) {
		shown.Steps = []Step{}
	}
	for step, err := range steps {
		if err != nil {
			return Shown{}, err
		}
		place := step.Intent.Request.Place
		if place == nil {
			place = []string{}
		}
		shown.Steps = append(shown.Steps, Step{step.Summary, place})
	}
	return shown, nil
}

// VerificationJSON is a verification for JSON: the fields of audit.Verification.
func VerificationJSON(v audit.Verification) audit.Verification { return v }
