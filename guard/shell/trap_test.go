package shell

import "testing"

// What a trap runs is read wherever the shell takes it for a text, for the word trap
// itself is not asked about.
func TestWhatATrapRunsIsRead(t *testing.T) {
	for text, want := range map[string]bool{
		"trap 'rm x' EXIT": true, "trap -- 'rm x' EXIT": true, "trap -- '-f; rm x' EXIT": true, "trap 'rm x' EXIT HUP": true,
		"trap '-; rm x' EXIT": true, "trap '-f; rm x' EXIT": true, "trap -lp EXIT": false, "trap --help EXIT": false,
		"if false; then trap() { :; }; fi; trap 'rm x' EXIT": true, "trap 'rm x' EXIT; function trap { :; }": true,
		"f() { trap 'rm x' EXIT; }; f; trap() { :; }": true, "trap() { :; }; trap 'rm x' EXIT": false,
		"trap rm EXIT": true, "trap - EXIT": false, "trap '' HUP": false, "trap EXIT": false, "trap -p EXIT": false, "trap": false,
	} {
		reads := false
		for _, op := range Operations([]string{"bash", "-c", text + "; :"}, here()) {
			reads = reads || op.Program == "rm"
		}
		if reads != want {
			t.Errorf("%s: rm is found: %v", text, reads)
		}
	}
	opaque := false
	for _, op := range Operations([]string{"bash", "-c", `trap "$X" EXIT`}, here()) {
		opaque = opaque || op.Opaque != ""
	}
	if !opaque {
		t.Error("a text that is not known is no opaque operation")
	}
}
