package host

import (
	"fmt"
	"os"
	"path/filepath"

	"blastguard/guard"
)

// Places are where guard's own files are, on this host and for this user.
type Places struct {
	Config string       // guard.hcl, or "" when there is none
	Origin guard.Origin // of guard.hcl
	Host   bool         // /etc/guard/guard.hcl exists: nothing can be left out
	Audit  string       // the log's file
	Shared bool         // one log for the whole host
	Lock   string       // directory of the locks by terminal

	setup Setup
}

// Find says where they are. What the host has cannot be left out, what the user adds
// can only add. Whether the files are there, but for guard.hcl, is not looked at.
func Find(s Setup) (Places, error) {
	p := Places{Lock: s.lockDir(), setup: s}
	config := filepath.Join(s.Root, "/etc/guard/guard.hcl")
	if _, err := os.Lstat(config); err == nil {
		p.Config, p.Host, p.Origin = config, true, guard.HostFile
	} else if !os.IsNotExist(err) {
		return p, fmt.Errorf("look for %s: %w", config, err)
	}
	if err := p.forbid(); err != nil {
		return p, err
	}
	if user := s.configDir(); !p.Host && user != "" {
		if own := filepath.Join(user, "guard.hcl"); exists(own) {
			p.Config = own
		}
	}
	return p, p.findLog()
}

// forbid refuses flags and variables that would bypass the host's own set-up.
func (p *Places) forbid() error {
	s := p.setup
	if !p.Host {
		return nil
	}
	for what, used := range map[string]bool{
		"--no-shipped": s.NoShipped, "--audit": s.Audit != "", "GUARD_AUDIT": s.getenv("GUARD_AUDIT") != "",
	} {
		if used {
			return fmt.Errorf("%s is refused on this host: %s decides where the policies and the log are", what, p.Config)
		}
	}
	return nil
}

func (p *Places) findLog() error {
	s := p.setup
	shared := filepath.Join(s.Root, "/var/lib/guard")
	switch {
	case s.Audit != "":
		p.Audit = s.absolute(s.Audit)
	case s.getenv("GUARD_AUDIT") != "" && !p.Host:
		p.Audit = s.absolute(s.getenv("GUARD_AUDIT"))
	case exists(shared):
		p.Audit, p.Shared = filepath.Join(shared, "audit.db"), true
	case s.stateDir() != "":
		p.Audit = filepath.Join(s.stateDir(), "audit.db")
	default:
		return fmt.Errorf("no place for the audit log: %s does not exist and HOME is not set; create the directory or give --audit FILE", shared)
	}
	return nil
}

// own are guard's own files and directories: a command that would hit its log,
// key or policies is refused. A log that somebody put elsewhere does not make
// its whole directory guard's.
func (p Places) own() []string {
	s := p.setup
	own := []string{filepath.Join(s.Root, "/etc/guard"), filepath.Join(s.Root, "/var/lib/guard")}
	if dir := filepath.Dir(p.Audit); dir == s.stateDir() {
		own = append(own, dir)
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".head"} {
		own = append(own, p.Audit+suffix)
	}
	for _, key := range []string{"audit.key", "audit.pub"} {
		own = append(own, filepath.Join(filepath.Dir(p.Audit), key))
	}
	if user := s.configDir(); user != "" {
		own = append(own, user)
	}
	return own
}
