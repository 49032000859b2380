package guard

import (
	"slices"
	"time"
)

// Request is what a person, or a program acting for one, submitted.
type Request struct {
	Argv []string `json:"argv"` // any bytes but NUL; never changed
	Dir  string   `json:"dir"`
	Env  []string `json:"-"` // NAME=VALUE, as the command will get it

	Operator Operator  `json:"operator"`
	Account  Account   `json:"account"` // who guard runs as: the operation's user unless a wrapper changes it
	Host     Host      `json:"host"`
	Time     time.Time `json:"time"` // taken once, when guard started

	// Run is the entry of the supervised run that this is a step of, or of the
	// guarded shell that it was submitted in; else 0. Execute gets the run's own
	// entry there.
	Run int64 `json:"run,omitempty"`
	// Began is when the script began that this is a step of; zero for what a
	// person submitted, and in a guarded shell, which may be open for days.
	Began time.Time `json:"-"`
	// Place is where in the run the step stands: playbook.sh, xargs, rm.
	Place []string `json:"place,omitempty"`

	Expect    []Expectation `json:"expect,omitempty"`    // --expect NAME=VALUE
	Overrides []string      `json:"overrides,omitempty"` // --override POLICY.CHECK
	Reason    string        `json:"reason,omitempty"`    // --reason TEXT
	// Deciding and Running are guard's other flags, as they were given: those that check
	// takes too (--policies, --supervise), and those of run alone (--as, --on-deny).
	Deciding []string `json:"-"`
	Running  []string `json:"-"`
	Text     string   `json:"-"` // --confirm TEXT, for the unattended modes
	Plain    bool     `json:"-"` // --plain: the line prompt, not the panel
}

// DecidingFlags are guard's own flags of the request that check takes too, as words of a
// command line.
func (r Request) DecidingFlags() []string {
	flags := slices.Clone(r.Deciding)
	for _, one := range r.Expect {
		flags = append(flags, "--expect", one.Name+"="+one.Value)
	}
	for _, id := range r.Overrides {
		flags = append(flags, "--override", id)
	}
	if r.Reason != "" {
		flags = append(flags, "--reason", r.Reason)
	}
	return flags
}

// Expectation is what the operator believes: guard refuses when the measured
// value differs or is unknown, or when nothing has that name.
type Expectation struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Operator is who typed the command. It never changes behind sudo. Identity is
// in the numbers; names are decoration. -1 is a number that is not known.
type Operator struct {
	UID      int    `json:"uid"`
	EUID     int    `json:"euid"`
	LoginUID int    `json:"loginuid"`            // from the kernel's audit; -1 when unset
	SudoUser string `json:"sudo_user,omitempty"` // SUDO_USER, as found
	Name     string `json:"name,omitempty"`      // of the login, sudo's caller or the uid
	TTY      string `json:"tty,omitempty"`       // "/dev/pts/3", "" without one
	SSH      string `json:"ssh,omitempty"`       // client address, from the nearest ancestor that has it
	// Ancestry are the processes above guard, nearest first: bash, sshd, …
	Ancestry []Process `json:"ancestry,omitempty"`
}

// Process is one ancestor of guard.
type Process struct {
	PID  int    `json:"pid"`
	Name string `json:"name"`
}

// Host is the machine that guard runs on.
type Host struct {
	Name      string `json:"name"` // as the kernel says it; no name service is asked
	MachineID string `json:"machine_id,omitempty"`
	BootID    string `json:"boot_id,omitempty"`
}
