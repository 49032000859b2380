package history

// Verification is what Store.Verify found.
type Verification struct {
	OK      bool   `json:"ok"`
	Entries int64  `json:"entries"` // that the log's head counts
	Checked int64  `json:"checked"` // that were read and are as they were written
	Root    string `json:"root"`    // of the tree of hashes, hex
	// Unfinished are accepted entries without outcome.
	Unfinished int64 `json:"unfinished"`
	// Problem is the first thing that is wrong; nil when OK.
	Problem *Problem `json:"problem,omitempty"`
	// Notes are what could not be compared, and why.
	Notes []string `json:"notes,omitempty"`
	// Checkpoint is the size of the log in the checkpoint; 0 when none was compared.
	Checkpoint int64 `json:"checkpoint,omitempty"`
}

// Problem is what is wrong with an entry. Entry is zero when it is not one
// entry's.
type Problem struct {
	Entry int64  `json:"entry"`
	What  string `json:"what"`
}
