//go:build linux && (amd64 || arm64)

package supervise

import (
	"os/exec"
	"testing"
)

func TestFiltersAreCountedOrTold(t *testing.T) {
	for _, test := range []struct {
		name, status string
		n            int
		counted      bool
	}{
		{"counted", "NoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t3\n", 3, true},
		{"counted, none", "Seccomp:\t0\nSeccomp_filters:\t0\n", 0, true},
		{"before 5.9", "NoNewPrivs:\t0\nSeccomp:\t2\nSpeculation_Store_Bypass:\tvulnerable\n", 1, false},
		{"before 5.9, none", "Seccomp:\t0\n", 0, false},
	} {
		if n, counted := filtersIn(test.status); n != test.n || counted != test.counted {
			t.Errorf("%s: %d, %v, want %d, %v", test.name, n, counted, test.n, test.counted)
		}
	}
}

// Before 5.9 the copy that stays behind has to look for itself whether anybody is
// left.
func TestWhatIsLeftIsFoundWithoutTheKernelsWord(t *testing.T) {
	child := exec.Command("sleep", "300") // a thread without a filter starts it
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	since := startOf(child.Process.Pid)
	if since == "" {
		t.Fatal("its start cannot be told")
	}
	if filtersOf(child.Process.Pid) > 0 {
		t.Skip("the tests themselves run below a filter")
	}
	if anyFilteredSince("99999999999") {
		t.Error("a process of the future is found")
	}
	if !anyFilteredSince("not a number") {
		t.Error("what cannot be told is taken for nobody")
	}
}
