//go:build !linux || !(amd64 || arm64)

package supervise

import (
	"context"
	"errors"
	"os"
	"time"
)

var errSystem = errors.New("guard can see what a command executes only on Linux on amd64 and arm64")

// Available says why nothing can be supervised here.
func Available() error { return errSystem }

// Privileged says whether set-id programs keep working in what is supervised.
func Privileged() bool { return false }

// Stage is never started here.
func Stage([]string, []string) int { return 125 }

// Supervisor is none here.
type Supervisor struct{}

// New fails here.
func New(Config) (*Supervisor, error) { return nil, errSystem }

// Argv is never used here.
func (s *Supervisor) Argv(path, user string, argv []string) []string { return nil }

// Process is none here.
type Process struct{}

// ProcessAt is none here.
func ProcessAt(int) Process { return Process{} }

// Main is none here.
func (s *Supervisor) Main() Process { return Process{} }

// Lives cannot tell here.
func (p Process) Lives() bool { return false }

// Holds cannot tell here.
func (p Process) Holds(int) bool { return false }

// Serve is never used here.
func (s *Supervisor) Serve(context.Context) {}

// Stop is never used here.
func (s *Supervisor) Stop(os.Signal, time.Duration) {}

// Inner is never asked here.
func (s *Supervisor) Inner(int) InnerGuard { return InnerGuard{} }

// Above is never asked here.
func (s *Supervisor) Above(int) [][]string { return nil }

// Began is never asked here.
func (s *Supervisor) Began() time.Time { return time.Time{} }

// StopBelow is never used here.
func (s *Supervisor) StopBelow(InnerGuard, time.Duration) {}

// StoppedBelow is never asked here.
func (s *Supervisor) StoppedBelow(InnerGuard) bool { return false }

// Nested is never asked here.
func (s *Supervisor) Nested() bool { return false }

// Belongs cannot tell here.
func (s *Supervisor) Belongs(int, int) bool { return false }

// SameNumbers cannot tell here.
func SameNumbers(int) bool { return false }

// Freeze is never used here.
func (s *Supervisor) Freeze(string) func() { return func() {} }

// Finish is never used here.
func (s *Supervisor) Finish() Summary { return Summary{Problem: errSystem.Error()} }

// Around: no outer guard supervises here.
func Around() bool { return false }

// DecidesOtherwise: no outer guard supervises here.
func DecidesOtherwise(string) bool { return false }

// Await cannot wait here.
func Await(int) func() bool { return func() bool { return false } }
