package review

import (
	"iter"

	"blastguard/guard/history"
)

// ListJSON is a list for JSON: an array, empty when there are no entries. The
// fields are those of history.Summary.
func ListJSON(entries []history.Summary) []history.Summary {
	if entries == nil {
		return []history.Summary{}
	}
	return entries
}

// Shown is one entry for JSON: the fields of history.Entry. Its "body" is the text that
// was hashed, so that the leaf can be checked elsewhere; texts that are not valid
// UTF-8 are whole only there.
type Shown struct {
	history.Entry
	Steps []Step `json:"steps,omitzero"` // of a supervised run, in their order; absent for other entries
}

// Step is a step of a supervised run, without what its own entry says of why.
type Step struct {
	history.Summary
	Place []string `json:"place"` // the programs between the run and the step, and it
}

// EntryJSON is one entry for JSON, with the steps of a supervised run.
func EntryJSON(entry history.Entry, steps iter.Seq2[history.Entry, error]) (Shown, error) {
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

// VerificationJSON is a verification for JSON: the fields of history.Verification.
func VerificationJSON(v history.Verification) history.Verification { return v }
