package pgtest

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
)

// programs is where PostgreSQL's programs are, and who may run them.
type programs struct {
	dir        string
	credential *syscall.Credential // nil: as the test itself
}

// findPrograms skips the test, or fails it in CI, where they are missing.
func findPrograms(t testing.TB) programs {
	t.Helper()
	dir := programDir()
	if dir == "" {
		missing(t, "PostgreSQL is not installed (no /usr/lib/postgresql/*/bin/postgres, no postgres in PATH)")
	}
	found := programs{dir: dir}
	if os.Geteuid() != 0 {
		return found
	}
	found.credential = serviceAccount()
	if found.credential == nil {
		missing(t, "PostgreSQL does not run as root, and there is no user postgres or nobody")
	}
	return found
}

func missing(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s: %s", t.Name(), reason)
	}
	t.Skipf("%s: %s", t.Name(), reason)
}

// programDir is the directory of the newest PostgreSQL, "" without one.
func programDir() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	slices.SortFunc(found, func(a, b string) int { return majorOf(b) - majorOf(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0])
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return filepath.Dir(path)
}

func majorOf(program string) int {
	major, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(program))))
	return major
}

// serviceAccount is a user other than root.
func serviceAccount() *syscall.Credential {
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// command is one of PostgreSQL's programs, run as the service account.
func (p programs) command(dir, name string, args ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(p.dir, name), args...)
	command.Dir = dir
	command.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=" + dir, "TZ=UTC", "PGCONNECT_TIMEOUT=10"}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: p.credential, Setpgid: true}
	return command
}
