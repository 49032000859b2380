//go:build linux && (amd64 || arm64)

package supervise

// Traps is how often an exec stopped, also again after a signal.
func (s *Supervisor) Traps() int64 { return s.traps.Load() }
