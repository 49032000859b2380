package host

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// setup is a host with nothing on it: everything that is looked for lies in a
// directory of the test.
func setup(t *testing.T) Setup {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"root", "home", "work"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return Setup{
		Env: []string{"HOME=" + filepath.Join(dir, "home")}, Dir: filepath.Join(dir, "work"), Root: filepath.Join(dir, "root"),
		NoShipped: true, Version: "1",
	}
}

func (s Setup) home() string { return s.getenv("HOME") }

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFindWithoutAHostsSetup(t *testing.T) {
	s := setup(t)
	own := write(t, filepath.Join(s.home(), ".config/guard/guard.hcl"), "")
	for _, test := range []struct {
		name   string
		change func(*Setup)
		audit  string
	}{
		{"the user's own log", func(*Setup) {}, s.home() + "/.local/state/guard/audit.db"},
		{"where XDG says", func(s *Setup) { s.Env = append(s.Env, "XDG_STATE_HOME=/state") }, "/state/guard/audit.db"},
		{"what is no absolute path is not believed", func(s *Setup) { s.Env = append(s.Env, "XDG_STATE_HOME=state") }, s.home() + "/.local/state/guard/audit.db"},
		{"the first of two values counts", func(s *Setup) { s.Env = append([]string{"GUARD_AUDIT=/first.db"}, "GUARD_AUDIT=/second.db") }, "/first.db"},
		{"the variable, from the working directory", func(s *Setup) { s.Env = append(s.Env, "GUARD_AUDIT=a/log.db") }, s.Dir + "/a/log.db"},
		{"the flag before the variable", func(s *Setup) { s.Env, s.Audit = append(s.Env, "GUARD_AUDIT=/a.db"), "/b.db" }, "/b.db"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s
			s.Env = slices.Clone(s.Env)
			test.change(&s)
			p, err := Find(s)
			if err != nil || p.Audit != test.audit || p.Shared || p.Host {
				t.Errorf("%+v %v, want the log %s", p, err, test.audit)
			}
			if strings.Contains(strings.Join(s.Env, " "), "HOME=") && (p.Config != own || p.Origin == guard.HostFile) {
				t.Errorf("the settings are %q of %v, want %q of the user", p.Config, p.Origin, own)
			}
		})
	}
}

func TestFindNeedsAPlaceForTheLog(t *testing.T) {
	s := setup(t)
	s.Env = nil
	if p, err := Find(s); err == nil || !strings.Contains(err.Error(), "--audit FILE") {
		t.Errorf("%+v %v", p, err)
	}
	s.Audit = "here.db"
	if p, err := Find(s); err != nil || p.Audit != filepath.Join(s.Dir, "here.db") || p.Config != "" {
		t.Errorf("%+v %v", p, err)
	}
}

// What the host has set up cannot be left out, whatever a user says.
func TestFindWithAHostsSetup(t *testing.T) {
	s := setup(t)
	config := write(t, filepath.Join(s.Root, "etc/guard/guard.hcl"), "")
	write(t, filepath.Join(s.Root, "var/lib/guard/keep"), "")
	write(t, filepath.Join(s.home(), ".config/guard/guard.hcl"), `unmatched = "allow"`)
	s.NoShipped = false
	p, err := Find(s)
	if err != nil || !p.Host || p.Config != config || p.Origin != guard.HostFile || !p.Shared || p.Audit != filepath.Join(s.Root, "var/lib/guard/audit.db") {
		t.Errorf("%+v %v", p, err)
	}
	for want, change := range map[string]func(*Setup){
		"--no-shipped": func(s *Setup) { s.NoShipped = true },
		"--audit":      func(s *Setup) { s.Audit = "/a.db" },
		"GUARD_AUDIT":  func(s *Setup) { s.Env = append(slices.Clone(s.Env), "GUARD_AUDIT=/a.db") },
	} {
		s := s
		change(&s)
		if _, err := Find(s); err == nil || !strings.HasPrefix(err.Error(), want+" is refused on this host: "+config) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A set-up that cannot be looked at is no reason to go on without it.
func TestASetupThatCannotBeLookedAtIsAnError(t *testing.T) {
	s := setup(t)
	write(t, filepath.Join(s.Root, "etc/guard"), "no directory")
	if p, err := Find(s); err == nil {
		t.Errorf("%+v", p)
	}
}

func TestOwnFilesAreProtected(t *testing.T) {
	s := setup(t)
	p, err := Find(s)
	if err != nil {
		t.Fatal(err)
	}
	own := p.own()
	for _, want := range []string{
		s.Root + "/etc/guard", s.Root + "/var/lib/guard", s.home() + "/.config/guard", s.home() + "/.local/state/guard",
		p.Audit, p.Audit + "-wal", p.Audit + "-shm", p.Audit + ".head", filepath.Dir(p.Audit) + "/audit.key",
	} {
		if !slices.Contains(own, want) {
			t.Errorf("%s is not among %q", want, own)
		}
	}
	// The directory of a log that lies elsewhere is not guard's.
	s.Audit = "/srv/app/log.db"
	if p, err = Find(s); err != nil || slices.Contains(p.own(), "/srv/app") || !slices.Contains(p.own(), "/srv/app/log.db") {
		t.Errorf("%q %v", p.own(), err)
	}
}

func TestPoliciesOnlyAdd(t *testing.T) {
	s := setup(t)
	host := write(t, filepath.Join(s.Root, "etc/guard/policies/a.hcl"), "# host\n")
	user := write(t, filepath.Join(s.home(), ".config/guard/policies/b.hcl"), "# user\n")
	flag := write(t, filepath.Join(s.Dir, "flag/c.hcl"), "# flag\n")
	variable := write(t, filepath.Join(s.Dir, "variable.hcl"), "# variable\n")
	s.Policies = []string{"flag"}
	s.Env = append(s.Env, "GUARD_POLICIES="+variable)
	found, problems := s.files()
	paths := []string{}
	for _, file := range found.Files {
		paths = append(paths, file.Path)
	}
	for _, want := range []string{host, user, flag, variable} {
		if !slices.Contains(paths, want) || len(problems) > 0 {
			t.Errorf("%s is not read: %q %v", want, paths, problems)
		}
	}
	s.NoShipped = false
	if all, _ := s.files(); len(all.Files) <= len(found.Files) {
		t.Error("the shipped ones are left out")
	}
	// What was named and is not there is a problem; so is an empty name, which must not
	// be the working directory.
	for _, name := range []string{"none.hcl", ""} {
		s.Policies = []string{name}
		if _, problems := s.files(); len(problems) == 0 {
			t.Errorf("%q is passed over", name)
		}
	}
}
