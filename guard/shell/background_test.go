package shell

import "testing"

func TestWhatNobodyWaitsFor(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"one after the other", "x; rm a; y", false},
		{"a pipe", "x | rm a", false},
		{"a subshell", "(x; rm a)", false},
		{"beside something in the background", "x & rm a", false},
		{"after &", "rm a & x", true},
		{"inside something in the background", "{ x; (y | rm a); } & z", true},
		{"a loop in the background", "for i in 1 2; do rm a; done & x", true},
		{"waited for, unless a signal ends the shell before", "for i in 1 2; do rm a & done; wait", true},
		{"a text in the background", "sh -c 'x; rm a' & y", true},
		{"a function that may be called there", "f() { rm a; }; f & y", true},
		{"a function beside something in the background", "f() { rm a; }; x & f; y", false},
		{"a function that one in the background may call", "f() { rm a; }; g() { f; }; g & x", true},
		{"a function that another shell is given", "f() { rm a; }; export -f f; sh -c f & x", true},
		{"a function that another shell is given by declare", "f() { rm a; }; declare -fx f; y & x", true},
		{"a function that a name may mean", "f() { rm a; }; $g & x", true},
		{"a function, and nothing in the background", "f() { rm a; }; f; y", false},
		{"a process substitution", "x > >(rm a)", true},
		{"a coprocess", "coproc rm a", true},
		{"a named coprocess", "coproc c { rm a; }", true},
		{"setsid --fork", "setsid -f rm a", true},
		{"setsid, which forks where it leads a group", "setsid rm a", true},
		{"setsid --wait", "setsid -w rm a", false},
		{"setsid --wait after &", "setsid -w rm a & x", true},
		{"sudo -b", "sudo -b rm a", true},
		{"sudo", "sudo rm a", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := false
			for _, op := range Operations([]string{"bash", "-c", test.text}, here()) {
				if op.Program != "rm" {
					continue
				}
				if found = true; op.Background != test.want {
					t.Errorf("Background is %v, want %v", op.Background, test.want)
				}
			}
			if !found {
				t.Errorf("rm is not found in %s", test.text)
			}
		})
	}
}
