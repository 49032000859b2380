// Package program is the one table of what a program is, by its name: a shell, a
// language, a wrapper that runs another program, harmless. Everything in guard that
// decides by such a name asks Of, so that no two places disagree.
//
// It knows names and nothing else. How the words of a program are read (which flags
// of a wrapper take a value, where the text of a shell stands) is a grammar, and
// stands in guard/shell under the same names; a test there compares the two. What a
// policy says of a program stands in the policy.
//
// A name is all that is looked at: a copy of rm that is called x is x, and a program
// that is called sh is a shell. What is not in the table is of no kind, and nothing
// follows from that: it is asked about, or governed by a policy.
package program

import "strings"

// Kind is what a program is: a set, for it may be of several kinds. The zero Kind is
// that of a program nobody knows.
type Kind uint32

// The kinds, and what follows from each.
const (
	// Shell runs commands that it reads from a text (-c), a file or its input. Its text
	// is read like the command line itself, as far as guard/shell knows its language.
	// A file that it runs makes the command a playbook: a run that is supervised.
	// Without a file on a terminal it is not supervised, for it takes the terminal for
	// its jobs.
	Shell Kind = 1 << iota

	// Executor does what lasts by executing programs, by opening files and by signals,
	// and all of these are seen below guard: a playbook of it is not confirmed as a
	// whole, each of its steps is decided instead. To put a name here that removes files
	// by itself would hide that.
	Executor

	// Language interprets a language in which files are removed without executing
	// anything. A playbook of it is supervised, and confirmed as a whole besides; code
	// on its command line is confirmed and no step of it expected.
	Language

	// Filter is a Language whose first operand is the code: awk.
	Filter

	// Runner runs what somebody else wrote, as a build tool or configuration management
	// does. It is a playbook that is confirmed as a whole. So are the shells and
	// languages, which Runner does not name again: see Kind.Runs.
	Runner

	// Elsewhere does most of its work without executing programs here: on other hosts,
	// through the interface of a cloud, when it is told to later. It is supervised and
	// confirmed as a program that nobody knows, without the promise that its steps are
	// seen.
	Elsewhere

	// Remote hands what its words name to another host. That is read and decided when it
	// is handed over, for guard does not see it run; what is after it in a command line
	// is never supervised.
	Remote

	// Client hands what its words name to a daemon of this host, or to the server of a
	// container: the same follows as for Remote. A client whose words name no command
	// (systemctl) is a Leaf.
	Client

	// Container is a Client of something that runs programs in a root of its own.
	Container

	// Resident leaves a server behind that others use, and which would stay supervised
	// for good: it is not followed.
	Resident

	// UserChanger runs its words as somebody else. The account of what it runs is that
	// user, and its environment is not known. Below a guard without privileges it
	// cannot do that, so what it runs is not supervised there.
	UserChanger

	// SetUID has rights from its own file, or starts a helper that has. The kernel does
	// not give them below a guard without privileges: such a guard refuses a script of a
	// UserChanger that has them, and follows no other of these.
	SetUID

	// Wrapper runs its words as a program, here and as the same user. It is taken off,
	// and what is left is decided; its own name stands in Operation.Via.
	Wrapper

	// Loader is a Wrapper that runs its words inside itself, without executing them. They
	// are no step of their own, so they are decided when the loader is executed.
	Loader

	// Leaf executes nothing but what it is asked for by its words, whatever these are:
	// where a policy governs it, it is not followed. What it might execute (mkfs:
	// mkfs.ext4) is the same thing once more. Not of this kind, on purpose: tar, git,
	// rsync, sed, sort, make, an editor, a pager, a client.
	Leaf

	// Harmless has no lasting effect, whatever its words are: it runs no other program
	// and writes no file. Where no policy governs it, it runs unasked. Not of this kind,
	// on purpose: env, xargs, tee, sort (-o), sed (-i), awk, find, less, man, file (-C),
	// uniq, dd, date (-s), hostname.
	Harmless
)

// Is says whether the program is of one of the kinds, at least.
func (k Kind) Is(one Kind) bool { return k&one != 0 }

// Runs says whether the program runs what somebody else wrote: a script, a makefile, a
// playbook. A command that names it is supervised, also without a path.
func (k Kind) Runs() bool { return k.Is(Shell | Language | Runner) }

// HandsOver says whether the program has its words run by somebody whom guard does not
// see: another host, a daemon, a container.
func (k Kind) HandsOver() bool { return k.Is(Remote | Client) }

// Of is what the program of that name is; the name is the last element of its path.
// The name may be that of a version (python3.12, bash5) or of a login shell (-bash), as
// Bare says. It allocates nothing: the supervisor asks for each program that is executed.
func Of(name string) Kind {
	_, kind := find(name)
	return kind
}

// Bare is the name under which the table, and the grammars of guard/shell, know a
// program; the name itself for one that they do not know.
//
//   - A dash before a shell is taken off, which login puts there: -bash.
//   - A version after a shell, language, runner or loader is: python3.12, perl5.36.0,
//     php8.2, lldb-15, bash-static. No other program is known by more than its name: a
//     program cat2 is not cat, and what hands its words over is exact.
//   - The loader of shared libraries (ld-linux-x86-64.so.2) is "ld.so", and the emulator
//     of a processor (qemu-aarch64-static) "qemu-user"; neither qemu-img, a tool, nor
//     qemu-system-x86_64, which is a machine, is one. What makes a file system of some
//     kind (mkfs.ext4) is "mkfs".
func Bare(name string) string {
	bare, _ := find(name)
	return bare
}

func find(name string) (bare string, kind Kind) {
	if kind := exactly(name); kind != 0 {
		return name, kind
	}
	switch {
	case isLibraryLoader(name):
		return "ld.so", exactly("ld.so")
	case isEmulator(name):
		return "qemu-user", exactly("qemu-user")
	case strings.HasPrefix(name, "mkfs."):
		return "mkfs", exactly("mkfs")
	}
	typed := strings.TrimPrefix(name, "-")
	for _, bare := range [...]string{typed, unversioned(typed)} {
		if bare == name {
			continue
		}
		kind := exactly(bare)
		login := typed != name
		if login && kind.Is(Shell) || !login && (kind.Runs() || kind.Is(Loader)) && !kind.HandsOver() {
			return bare, kind
		}
	}
	return name, 0
}

// unversioned is a name without what distributions put after it: a version, with the
// letter of a build of Python after it, and -static.
func unversioned(name string) string {
	name = strings.TrimSuffix(name, "-static")
	if n := len(name); n > 1 && strings.IndexByte("dmtu", name[n-1]) >= 0 && name[n-2] >= '0' && name[n-2] <= '9' {
		name = name[:n-1]
	}
	return strings.TrimRight(name, "0123456789.-")
}

func isLibraryLoader(name string) bool {
	return strings.HasPrefix(name, "ld-linux") || strings.HasPrefix(name, "ld-musl") || strings.HasPrefix(name, "ld64.so")
}

func isEmulator(name string) bool {
	machine, found := strings.CutPrefix(name, "qemu-")
	if !found || strings.HasPrefix(machine, "system-") {
		return false
	}
	switch strings.TrimSuffix(machine, "-static") {
	case "img", "nbd", "io", "ga", "storage-daemon", "pr-helper", "edid", "keymap", "bridge-helper", "vmsr-helper", "make-debian-root", "debootstrap":
		return false
	}
	return true
}

// Names are those of the table that are of one of the kinds, sorted.
func Names(one Kind) []string {
	var names []string
	for _, row := range table {
		if row.kind.Is(one) {
			names = append(names, row.name)
		}
	}
	return names
}

// exactly is what the table says of a name.
func exactly(name string) Kind {
	from, to := 0, len(table)
	for from < to {
		middle := (from + to) / 2
		switch row := &table[middle]; {
		case row.name == name:
			return row.kind
		case row.name < name:
			from = middle + 1
		default:
			to = middle
		}
	}
	return 0
}
