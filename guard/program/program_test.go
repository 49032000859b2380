package program

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatAProgramIsByItsName(t *testing.T) {
	for _, test := range []struct {
		name string
		want Kind
	}{
		{"bash", Shell | Executor}, {"sh", Shell | Executor}, {"posh", Shell | Executor}, {"fish", Shell | Executor},
		{"rc", Shell}, {"pwsh", Shell | Language},
		{"make", Runner | Executor}, {"ninja", Runner}, {"ansible-playbook", Runner | Elsewhere},
		{"python", Language}, {"mawk", Language | Filter},
		{"ssh", Remote | Resident}, {"rsh", Remote}, {"docker", Client | Container}, {"at", Runner | Elsewhere | Client},
		{"sudo", UserChanger | SetUID}, {"runuser", UserChanger}, {"podman", Client | Container | SetUID},
		{"env", Wrapper}, {"busybox", Wrapper | Loader}, {"lvm", Wrapper | Loader | Leaf},
		{"systemctl", Leaf}, {"ls", Harmless}, {"[", Harmless},
		{"frobnicate", 0}, {"", 0}, {"bash x", 0}, {"/bin/sh", 0}, {"SH", 0}, {"tar", 0},
	} {
		if got := Of(test.name); got != test.want {
			t.Errorf("%q: %b, want %b", test.name, got, test.want)
		}
	}
}

func TestVersionsLoginShellsAndLoadersAreKnown(t *testing.T) {
	for name, want := range map[string]string{
		"bash5": "bash", "bash-5.2": "bash", "bash-static": "bash", "zsh-5.9": "zsh", "ksh93": "ksh", "ksh2020": "ksh", "rksh93": "rksh",
		"-bash": "bash", "-sh": "sh", "-zsh-5.9": "zsh", "sh": "sh",
		"python3": "python", "python3.12": "python", "python3.13t": "python", "python2.7-": "python", "pypy3.10": "pypy", "perl5.36.0": "perl",
		"ruby3.1": "ruby", "php8.2": "php", "lua5.4": "lua", "tclsh8.6": "tclsh", "node18": "node", "gawk-5.1.0": "gawk",
		"make-4.3": "make", "pip3.11": "pip", "go1.22": "go", "lldb-15": "lldb",
		"busybox-1.36.1": "busybox", "busybox-static": "busybox",
		"ld-linux-x86-64.so.2": "ld.so", "ld-musl-aarch64.so.1": "ld.so", "ld64.so.2": "ld.so",
		"qemu-x86_64": "qemu-user", "qemu-aarch64-static": "qemu-user", "mkfs.ext4": "mkfs",
		// These are names of their own.
		"box64": "box64", "x86_64": "x86_64", "proxychains4": "proxychains4", "base64": "base64", "killall5": "killall5", "lz4": "lz4", "-": "-",
		// No version of anything.
		"cat2": "cat2", "env3": "env3", "rm1": "rm1", "sudo-1.9": "sudo-1.9", "ssh2": "ssh2", "at2": "at2", "w3": "w3", "x2": "x2", "3": "3", "--": "--", "": "",
		"-su": "-su", "-python3": "-python3", "-cat": "-cat",
		"qemu-img": "qemu-img", "qemu-nbd": "qemu-nbd", "qemu-system-x86_64": "qemu-system-x86_64",
		"python3-config": "python3-config", "bash.bashrc": "bash.bashrc", "static-sh": "static-sh",
	} {
		if got := Bare(name); got != want {
			t.Errorf("Bare(%q): %q, want %q", name, got, want)
		}
		if got := Of(name); got != Of(want) {
			t.Errorf("Of(%q): %b, and Of(%q): %b", name, got, want, Of(want))
		}
	}
}

// A person would not see that cat-1.2 is another program than cat, and guard must not
// say that it is harmless.
func TestOnlyWhatIsSupervisedHasVersions(t *testing.T) {
	for _, name := range Names(^Kind(0)) {
		kind := Of(name)
		ownNumber := strings.TrimRight(name, "0123456789") != name // box64
		versioned := (kind.Runs() || kind.Is(Loader)) && !kind.HandsOver() && !ownNumber
		if got := Of(name+"-1.2") == kind; got != versioned {
			t.Errorf("%s-1.2 is what %s is: %v, want %v", name, name, got, versioned)
		}
		if login := Of("-"+name) == kind; login != kind.Is(Shell) {
			t.Errorf("-%s is what %s is: %v, want %v", name, name, login, kind.Is(Shell))
		}
	}
}

func TestTheTableIsSorted(t *testing.T) {
	for i, row := range table {
		if i > 0 && table[i-1].name >= row.name {
			t.Errorf("%s stands behind %s, or twice", row.name, table[i-1].name)
		}
		if row.name == "" || strings.ContainsAny(row.name, " /") || row.kind == 0 {
			t.Errorf("%v says nothing of any program", row)
		}
		if Bare(row.name) != row.name {
			t.Errorf("%s is taken for %s", row.name, Bare(row.name))
		}
	}
}

func TestNamesOfAKind(t *testing.T) {
	got := Names(Filter | Container)
	want := strings.Fields("awk docker gawk incus kubectl lxc machinectl mawk nawk nerdctl oc podman")
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What one kind says of another.
func TestTheKindsAgree(t *testing.T) {
	for _, name := range Names(^Kind(0)) {
		kind := Of(name)
		for _, test := range []struct {
			rule string
			ok   bool
		}{
			{"an executor is a shell or a runner", !kind.Is(Executor) || kind.Is(Shell|Runner)},
			{"an executor does not interpret a language that removes files", !kind.Is(Executor) || !kind.Is(Language|Elsewhere)},
			{"a filter is a language", !kind.Is(Filter) || kind.Is(Language)},
			{"a loader is a wrapper", !kind.Is(Loader) || kind.Is(Wrapper)},
			{"a container's client is a client", !kind.Is(Container) || kind.Is(Client)},
			{"what works elsewhere runs what somebody wrote", !kind.Is(Elsewhere) || kind.Is(Runner)},
			{"a wrapper does not change the user", !kind.Is(Wrapper) || !kind.Is(UserChanger)},
			{"harmless is nothing else", !kind.Is(Harmless) || kind == Harmless},
			{"a leaf runs nothing that somebody wrote", !kind.Is(Leaf) || !kind.Runs() && !kind.HandsOver() && !kind.Is(UserChanger)},
		} {
			if !test.ok {
				t.Errorf("%s: %s", name, test.rule)
			}
		}
	}
}

func TestALookUpAllocatesNothing(t *testing.T) {
	for _, name := range [][]byte{[]byte("bash"), []byte("python3.12"), []byte("-zsh"), []byte("ld-linux-x86-64.so.2"), []byte("what-is-in-no-table")} {
		if allocs := testing.AllocsPerRun(100, func() { Of(string(name)) }); allocs != 0 {
			t.Errorf("%s: %v allocations", name, allocs)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	for _, name := range []string{"bash", "python3.12", "rm", "w", "what-is-in-no-table"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Of(name)
			}
		})
	}
}
