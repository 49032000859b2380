//go:build unix && !linux

package machine

import (
	"os"

	"blastguard/guard"
)

func loginUID() int { return -1 }

func ancestry() []guard.Process {
	return []guard.Process{{PID: os.Getppid()}}
}

// ProcessOf knows nothing on this system.
func ProcessOf(int) Running { return Running{} }

func environment(int) []string { return nil }

func tty() string {
	if Terminal() {
		return "/dev/tty"
	}
	return ""
}
