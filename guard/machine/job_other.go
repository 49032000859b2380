//go:build unix && !linux

package machine

// Job is the place of a process among the jobs of its terminal.
type Job struct {
	TTY          string
	Group, Front int
}

// Foreground says whether the keys of its terminal reach the process.
func (j Job) Foreground() bool { return false }

// JobOf knows nothing on this system.
func JobOf(int) Job { return Job{} }
