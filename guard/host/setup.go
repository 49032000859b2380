package host

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blastguard/guard"
)

// Setup is what the program was started with that says where its files are.
type Setup struct {
	Env  []string // HOME, XDG_…, GUARD_AUDIT and GUARD_POLICIES count; of several the first
	Dir  string   // the working directory, absolute; names are taken from here
	Root string   // before /etc/guard and /var/lib/guard; "" but in tests

	Policies  []string // files and directories that a person named
	NoShipped bool     // leaves out the policies that come with guard
	Audit     string   // the log's file, as a person named it; "" for the usual one

	Kinds   []guard.ProbeKind // what policies may ask
	Version string            // of guard; an index of another one is not believed
	Logger  guard.Logger      // may be nil
	// Parsing is called before files are parsed, which leaves much garbage. May be nil.
	Parsing func()
}

func (s Setup) debug(msg string, args ...any) {
	if s.Logger != nil {
		s.Logger.Debug(msg, args...)
	}
}

// getenv is the first value of a variable, as the C library sees it; "" when it is
// not set.
func (s Setup) getenv(name string) string {
	for _, pair := range s.Env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

func (s Setup) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.Dir, path)
}

func (s Setup) configDir() string { return s.xdg("XDG_CONFIG_HOME", ".config") }

func (s Setup) stateDir() string { return s.xdg("XDG_STATE_HOME", ".local/state") }

func (s Setup) xdg(name, below string) string {
	if dir := s.getenv(name); filepath.IsAbs(dir) {
		return filepath.Join(dir, "guard")
	}
	if home := s.getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, below, "guard")
	}
	return ""
}

// lockDir holds one empty file for each terminal that is being asked on.
func (s Setup) lockDir() string {
	if dir := s.getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) && strings.HasPrefix(dir, "/run/") {
		return filepath.Join(dir, "guard")
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("guard-%d", os.Geteuid()))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
