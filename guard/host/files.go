package host

import (
	"os"
	"path/filepath"

	"blastguard/guard"
	"blastguard/guard/source"
	"blastguard/policies"
)

// sources are the places of policy files, besides the shipped ones.
func (s Setup) sources() []source.Place {
	sources := []source.Place{{Dir: filepath.Join(s.Root, "/etc/guard/policies"), Origin: guard.HostFile, Optional: true}}
	if user := s.configDir(); user != "" {
		sources = append(sources, source.Place{Dir: filepath.Join(user, "policies"), Origin: guard.UserFile, Optional: true})
	}
	paths := append([]string(nil), s.Policies...)
	if more := s.getenv("GUARD_POLICIES"); more != "" {
		paths = append(paths, filepath.SplitList(more)...)
	}
	return append(sources, s.named(paths)...)
}

// named are the places of policy files that a person named: a directory, or a file that
// may not be there. An empty name is a place that cannot be read, never the working
// directory.
func (s Setup) named(paths []string) []source.Place {
	var sources []source.Place
	for _, path := range paths {
		if path == "" { // never the working directory
			sources = append(sources, source.Place{Origin: guard.UserFile})
			continue
		}
		path = s.absolute(path)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			sources = append(sources, source.Place{Dir: path, Origin: guard.UserFile})
			continue
		}
		sources = append(sources, source.Place{File: path, Origin: guard.UserFile})
	}
	return sources
}

// files reads every policy file that decides here: all, or the problems.
func (s Setup) files() (source.Found, []source.Problem) {
	return s.overlaid(source.Read)
}

// sums is files, but without what the files hold.
func (s Setup) sums() (source.Found, []source.Problem) {
	return s.overlaid(source.Sums)
}

func (s Setup) overlaid(read func([]source.Place) (source.Found, []source.Problem)) (source.Found, []source.Problem) {
	found, problems := read(s.sources())
	if len(problems) > 0 {
		return source.Found{}, problems
	}
	if !s.NoShipped {
		found.Files = source.Overlay(policies.Files(), found.Files)
	}
	return found, nil
}
