package review

import "blastguard/guard/audit"

// ListJSON is a list for JSON: an array, empty when there are no entries. The
// fields are those of audit.Summary.
func ListJSON(entries []audit.Summary) []audit.Summary {
	if entries == nil {
		return []audit.Summary{}
	}
	return entries
}

// EntryJSON is one entry for JSON: the fields of audit.Entry. Its "body" is the
// text that was hashed, so that the leaf can be checked elsewhere; texts that
// are not valid UTF-8 are whole only there.
func EntryJSON(entry audit.Entry) audit.Entry { return entry }

// VerificationJSON is a verification for JSON: the fields of audit.Verification.
func VerificationJSON(v audit.Verification) audit.Verification { return v }
