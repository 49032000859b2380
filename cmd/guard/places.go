package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blastguard/guard"
	"blastguard/guard/source"
	"blastguard/policies"
)

// places are where guard's own files are, on this host and for this user.
type places struct {
	config string // guard.hcl, or "" when there is none
	host   bool   // /etc/guard/guard.hcl exists: nothing can be left out
	audit  string // the log's file
	shared bool   // one log for the whole host
	lock   string // directory of the locks by terminal
	origin guard.Origin
}

// findPlaces applies DESIGN's rule: what the host has cannot be left out, what
// the user adds can only add.
func findPlaces(w world, o placeOptions) (places, error) {
	p := places{lock: w.lockDir()}
	config := filepath.Join(w.root, "/etc/guard/guard.hcl")
	if _, err := os.Lstat(config); err == nil {
		p.config, p.host, p.origin = config, true, guard.HostFile
	} else if !os.IsNotExist(err) {
		return p, fmt.Errorf("look for %s: %w", config, err)
	}
	if err := p.forbid(w, o); err != nil {
		return p, err
	}
	if user := w.configDir(); !p.host && user != "" {
		if own := filepath.Join(user, "guard.hcl"); exists(own) {
			p.config = own
		}
	}
	return p, p.findLog(w, o)
}

// forbid refuses what would step round the host's own set-up.
func (p *places) forbid(w world, o placeOptions) error {
	if !p.host {
		return nil
	}
	for what, used := range map[string]bool{
		"--no-shipped": o.noShipped, "--audit": o.audit != "", "GUARD_AUDIT": w.getenv("GUARD_AUDIT") != "",
	} {
		if used {
			return fmt.Errorf("%s is refused on this host: %s decides where policies and log are", what, p.config)
		}
	}
	return nil
}

func (p *places) findLog(w world, o placeOptions) error {
	shared := filepath.Join(w.root, "/var/lib/guard")
	switch {
	case o.audit != "":
		p.audit = w.absolute(o.audit)
	case w.getenv("GUARD_AUDIT") != "" && !p.host:
		p.audit = w.absolute(w.getenv("GUARD_AUDIT"))
	case exists(shared):
		p.audit, p.shared = filepath.Join(shared, "audit.db"), true
	case w.stateDir() != "":
		p.audit = filepath.Join(w.stateDir(), "audit.db")
	default:
		return fmt.Errorf("no place for the audit log: neither %s exists nor is HOME set; create the directory or give --audit FILE", shared)
	}
	return nil
}

// sources are the places of policy files, besides the shipped ones.
func (w world) sources(o placeOptions) []source.Place {
	sources := []source.Place{{Dir: filepath.Join(w.root, "/etc/guard/policies"), Origin: guard.HostFile, Optional: true}}
	if user := w.configDir(); user != "" {
		sources = append(sources, source.Place{Dir: filepath.Join(user, "policies"), Origin: guard.UserFile, Optional: true})
	}
	paths := append([]string(nil), o.policies...)
	if more := w.getenv("GUARD_POLICIES"); more != "" {
		paths = append(paths, filepath.SplitList(more)...)
	}
	return append(sources, w.named(paths)...)
}

// named are files and directories that a person named.
func (w world) named(paths []string) []source.Place {
	var sources []source.Place
	for _, path := range paths {
		if path == "" { // never the working directory
			sources = append(sources, source.Place{Origin: guard.UserFile})
			continue
		}
		path = w.absolute(path)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			sources = append(sources, source.Place{Dir: path, Origin: guard.UserFile})
			continue
		}
		sources = append(sources, source.Place{File: path, Origin: guard.UserFile})
	}
	return sources
}

// policyFiles reads every policy file that decides here: all, or the problems.
func (w world) policyFiles(o placeOptions) (source.Found, []source.Problem) {
	return w.overlaid(o, source.Read)
}

// policySums is policyFiles, but without what the files hold.
func (w world) policySums(o placeOptions) (source.Found, []source.Problem) {
	return w.overlaid(o, source.Sums)
}

func (w world) overlaid(o placeOptions, read func([]source.Place) (source.Found, []source.Problem)) (source.Found, []source.Problem) {
	found, problems := read(w.sources(o))
	if len(problems) > 0 {
		return source.Found{}, problems
	}
	if !o.noShipped {
		found.Files = source.Overlay(policies.Files(), found.Files)
	}
	return found, nil
}

// own are guard's own files and directories: a command that would hit its log,
// key or policies is refused. A log that somebody put elsewhere does not make
// its whole directory guard's.
func (p places) own(w world) []string {
	own := []string{filepath.Join(w.root, "/etc/guard"), filepath.Join(w.root, "/var/lib/guard")}
	if dir := filepath.Dir(p.audit); dir == w.stateDir() {
		own = append(own, dir)
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".head"} {
		own = append(own, p.audit+suffix)
	}
	for _, key := range []string{"audit.key", "audit.pub"} {
		own = append(own, filepath.Join(filepath.Dir(p.audit), key))
	}
	if user := w.configDir(); user != "" {
		own = append(own, user)
	}
	return own
}

func (w world) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(w.dir, path)
}

func (w world) configDir() string { return w.xdg("XDG_CONFIG_HOME", ".config") }

func (w world) stateDir() string { return w.xdg("XDG_STATE_HOME", ".local/state") }

func (w world) xdg(name, below string) string {
	if dir := w.getenv(name); filepath.IsAbs(dir) {
		return filepath.Join(dir, "guard")
	}
	if home := w.getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, below, "guard")
	}
	return ""
}

// lockDir holds one empty file for each terminal that is being asked on.
func (w world) lockDir() string {
	if dir := w.getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) && strings.HasPrefix(dir, "/run/") {
		return filepath.Join(dir, "guard")
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("guard-%d", os.Geteuid()))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
