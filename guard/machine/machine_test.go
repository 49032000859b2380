package machine

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
	"blastguard/internal/ptytest"
)

// TestMain lets the test binary be started again as the process that is looked
// at: it then prints its operator.
func TestMain(m *testing.M) {
	if os.Getenv("MACHINE_TEST") != "operator" {
		os.Exit(m.Run())
	}
	o := Operator(os.Environ())
	var names []string
	for _, process := range o.Ancestry {
		names = append(names, process.Name)
	}
	os.Stdout.WriteString("tty=" + o.TTY + " ssh=" + o.SSH +
		" above=" + strings.Join(names, ",") + ".\n")
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHostIsWhatTheKernelSays(t *testing.T) {
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host := Host()
	if host.Name != name {
		t.Errorf("name %q, want %q", host.Name, name)
	}
	if boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil && host.BootID != strings.TrimSpace(string(boot)) {
		t.Errorf("boot id %q, want %q", host.BootID, boot)
	}
}

func TestLookup(t *testing.T) {
	passwd := []byte("# comment:x:1:1::/:/\n" +
		"root:x:0:0:root:/root:/bin/bash\n" +
		"toor:x:0:0:root again:/root:/bin/sh\n" +
		"maria:x:1000:1000:Maria,,,:/home/maria:/bin/zsh\r\n" +
		"1000:x:1001:1001:a name of digits:/home/digits:/bin/sh\n" +
		"short:x:7\n" +
		"negative:x:-1:1::/:/\n" +
		"huge:x:4294967296:1::/:/\n" +
		":x:9:9::/:/\n" +
		"last:x:4242:1::/last:/bin/sh")
	for _, test := range []struct {
		name, asked string
		want        guard.Account
		found       bool
	}{
		{"by name", "maria", guard.Account{Known: true, Name: "maria", UID: 1000, Home: "/home/maria"}, true},
		{"by number", "1001", guard.Account{Known: true, Name: "1000", UID: 1001, Home: "/home/digits"}, true},
		{"a name of digits before a number", "1000", guard.Account{Known: true, Name: "1000", UID: 1001, Home: "/home/digits"}, true},
		{"the first of two with one number", "0", guard.Account{Known: true, Name: "root", UID: 0, Home: "/root"}, true},
		{"the last line without a line end", "4242", guard.Account{Known: true, Name: "last", UID: 4242, Home: "/last"}, true},
		{"a number with zeros is none", "01001", guard.Account{}, false},
		{"nobody of that name", "peter", guard.Account{}, false},
		{"the empty name", "", guard.Account{}, false},
		{"a comment", "# comment", guard.Account{}, false},
		{"a line that is too short", "short", guard.Account{}, false},
		{"a negative number", "negative", guard.Account{}, false},
		{"a number that is too large", "huge", guard.Account{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, found := lookup(passwd, test.asked)
			if got != test.want || found != test.found {
				t.Errorf("lookup(%q) = %+v, %v; want %+v, %v", test.asked, got, found, test.want, test.found)
			}
		})
	}
}

func TestAccountAgreesWithTheSystem(t *testing.T) {
	account := Account(nil)
	if !account.Known || account.UID != os.Geteuid() {
		t.Errorf("account %+v, want uid %d", account, os.Geteuid())
	}
	if system, err := user.Current(); err == nil && account.Name != "" && account.Name != system.Username {
		t.Errorf("name %q, want %q", account.Name, system.Username)
	}
}

func TestOperatorOnATerminal(t *testing.T) {
	cmd := exec.Command("sh", "-c", self(t)+"; exit 0")
	cmd.Env = append(os.Environ(), "MACHINE_TEST=operator", "SSH_CONNECTION=192.0.2.7 40022 192.0.2.1 22")
	session, err := ptytest.Start(cmd, ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	for _, want := range []string{"tty=/dev/pts/", " ssh=192.0.2.7 ", "above=sh,", "."} {
		if err := session.Expect(want); err != nil {
			t.Error(err)
		}
	}
}

func TestOperatorWithoutATerminal(t *testing.T) {
	cmd := exec.Command(self(t))
	cmd.Env = append(os.Environ(), "MACHINE_TEST=operator")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.Output()
	if err != nil || !strings.HasPrefix(string(out), "tty= ") {
		t.Errorf("%s, %v; want no terminal", out, err)
	}
}

func TestTheSSHClientOfAnAncestor(t *testing.T) {
	// env -u takes the variable away, as sudo does; the shell above still has it.
	cmd := exec.Command("sh", "-c", "env -u SSH_CONNECTION "+self(t)+"; exit 0")
	cmd.Env = append(os.Environ(), "MACHINE_TEST=operator", "SSH_CONNECTION=2001:db8::7 40022 2001:db8::1 22")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), " ssh=2001:db8::7 ") {
		t.Errorf("%s, %v; want the client of the shell above", out, err)
	}
}

func TestReadIsBoundedAndNeverWaits(t *testing.T) {
	dir := t.TempDir()
	large, fifo := filepath.Join(dir, "large"), filepath.Join(dir, "fifo")
	if err := os.WriteFile(large, make([]byte, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path string
		want int
	}{{large, 100}, {fifo, 0}, {dir, 0}, {filepath.Join(dir, "none"), 0}} {
		if got := len(read(test.path, 100)); got != test.want {
			t.Errorf("read %s: %d bytes, want %d", filepath.Base(test.path), got, test.want)
		}
	}
}

func TestVariable(t *testing.T) {
	env := []string{"A=1", "AB=2", "A=3", "EMPTY="}
	for name, want := range map[string]string{"A": "1", "AB": "2", "EMPTY": "", "NONE": "", "": ""} {
		if got := variable(env, name); got != want {
			t.Errorf("variable(%q) = %q, want %q", name, got, want)
		}
	}
}

func BenchmarkOperator(b *testing.B) {
	for b.Loop() {
		Operator(nil)
		Host()
		Account(nil)
	}
}
