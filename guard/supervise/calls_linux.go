//go:build linux && (amd64 || arm64)

package supervise

import "golang.org/x/sys/unix"

// kind is what a system call does, and so where its arguments lie.
type kind int

const (
	unknownCall     kind = iota // none that the filter stops at
	execCall                    // path, argv, envp
	execAtCall                  // directory, path, argv, envp, flags
	openCall                    // path, flags
	openAtCall                  // directory, path, flags
	openAt2Call                 // directory, path, struct open_how
	creatCall                   // path
	truncateCall                // path, length
	killCall                    // process, signal
	queueCall                   // process, signal, siginfo
	pidfdSignalCall             // descriptor of a process, signal, siginfo
)

// numbered is one call as a machine numbers it.
type numbered struct {
	number uint32
	kind   kind
}

// machine is one way to call the kernel: its AUDIT_ARCH number and its calls.
type machine struct {
	arch  uint32
	calls []numbered
}

// opens, and so may empty, a file.
func (k kind) opens() bool { return k >= openCall && k <= truncateCall }

// signals a process.
func (k kind) signals() bool { return k >= killCall && k <= pidfdSignalCall }

// wanted: somebody asks for this kind of call.
func (a Acts) wanted(k kind) bool {
	switch {
	case k.opens():
		return a.Truncate || a.Append
	case k.signals():
		return a.Signal
	default:
		return k != unknownCall
	}
}

// table finds the kind of a call without allocating.
type table map[uint64]kind

func newTable() table {
	t := table{}
	for _, m := range machines() {
		for _, call := range m.calls {
			t[uint64(m.arch)<<32|uint64(call.number)] = call.kind
		}
	}
	return t
}

func (t table) of(n *notification) kind { return t[uint64(n.arch)<<32|uint64(uint32(n.number))] }

// harmlessSignals end and stop nothing; 0 is no signal at all. Shells send them
// to their jobs.
func harmlessSignals() []unix.Signal {
	return []unix.Signal{0, unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH}
}
