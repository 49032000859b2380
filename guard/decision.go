package guard

import "time"

// Decision is what the policies say about a request, and everything a person or
// a reviewer needs to see of why. The zero Decision denies.
type Decision struct {
	Effect Effect `json:"effect"`
	// Summary is one line: what the command does ("delete /srv/a, /srv/b").
	Summary string `json:"summary,omitempty"`
	// Checks are all that were evaluated, in the order of the policies.
	Checks []Check `json:"checks,omitempty"`
	// Problems are reasons to deny that belong to no check: an unparsable
	// command, a bad policy set, an operation that cannot be read.
	Problems []Problem `json:"problems,omitempty"`
	// Confirmations are the texts to type, one after the other. Never empty
	// when Effect is Confirm.
	Confirmations []Confirmation `json:"confirmations,omitempty"`
	// Targets are what will be hit.
	Targets []Target `json:"targets,omitempty"`
	// Measures are the blast radii, as a person reads them.
	Measures []Measure `json:"measures,omitempty"`
	// Roles are the databases or servers that are hit, with their role.
	Roles []Role `json:"roles,omitempty"`
	// Claims are taken in the transaction that records the intent.
	Claims []Claim `json:"claims,omitempty"`
	// Identities must be the same when measured again: name to value.
	Identities map[string]string `json:"identities,omitempty"`
	// Counts may shrink, or grow by no more than their drift.
	Counts []Count `json:"counts,omitempty"`
	// Policies are the names of those that apply; empty when no policy governs
	// the request.
	Policies []string `json:"policies,omitempty"`
	// NeedsRoot: what is not known is hidden from this user, and root could have it
	// decided. Running guard as root is then the only advice that is given.
	NeedsRoot bool `json:"needs_root,omitempty"`
	// Settled are the checks, as POLICY.CHECK, that fail as measured and that no other fact
	// can change: whatever is still to be measured, the command is refused.
	Settled []string `json:"-"`
	// Remarks are for the person; they change nothing in the decision.
	Remarks []string `json:"remarks,omitempty"`
	// Secrets are argument values that must not be shown or written.
	Secrets []string `json:"-"`
}

// Problem is a reason to deny that belongs to no check.
type Problem struct {
	What string `json:"what"`           // one line
	Next string `json:"next,omitempty"` // what to do
	Pos  string `json:"pos,omitempty"`  // "policies/rm.hcl:12"
	// Measured: it was measured and is wrong, rather than not known.
	Measured bool `json:"measured,omitempty"`
}

// Check is one evaluated check of one policy on one operation. The zero Check
// is a hard-mandatory error.
type Check struct {
	Policy string `json:"policy"`
	// Name is "role", "rule.NAME", "blast_radius.UNIT.max", "backup", "when",
	// "expect.NAME", with "[KEY]" inside a for_each.
	Name   string `json:"name"`
	Status Status `json:"status"`
	Level  Level  `json:"level"`
	// Effect is what the check asks for after level and override: Allow when
	// it passes.
	Effect     Effect `json:"effect"`
	Overridden bool   `json:"overridden,omitempty"`
	// Value and Limit are the measured value and the limit, as text for people:
	// "primary" / "must be secondary".
	Value string `json:"value,omitempty"`
	Limit string `json:"limit,omitempty"`
	// Message is the author's error_message, or what an error or an unknown
	// value comes from.
	Message  string   `json:"message,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
	Pos      string   `json:"pos,omitempty"` // "policies/postgres.hcl:12"
}

// ID is what --override takes: POLICY.CHECK.
func (c Check) ID() string { return c.Policy + "." + c.Name }

// Confirmation is one text that a person must type.
type Confirmation struct {
	Text string `json:"text"` // one line of printable characters, 1 to 80 bytes
	// Key is what the text stands for, when a number in the text may move
	// without making it another confirmation; empty: the text itself.
	Key string `json:"key,omitempty"`
	// Show: the text is shown. Otherwise Hint says what to type ("the name of
	// this host") and a refusal never prints the text.
	Show  bool          `json:"show"`
	Hint  string        `json:"hint,omitempty"`
	Delay time.Duration `json:"delay,omitempty"` // after the right answer, time to think
	// Deadline for the answer; zero means the default of five minutes.
	Deadline   time.Duration `json:"deadline,omitempty"`
	Unattended Unattended    `json:"unattended"`
	Policy     string        `json:"policy,omitempty"` // "" when no policy governs the command
	Pos        string        `json:"pos,omitempty"`
}

// Target is one thing that will be hit.
type Target struct {
	Given    string `json:"given"`              // as typed
	Resolved string `json:"resolved,omitempty"` // absolute, links followed as the command would
	Detail   string `json:"detail,omitempty"`   // "directory, 41210 entries", "does not exist"
}

// Measure is one blast radius.
type Measure struct {
	Policy string `json:"policy"`
	Unit   string `json:"unit"` // "servers", with " (KEY)" inside a for_each
	Text   string `json:"text"` // "3 of 120 servers (2.5 %), floor 100, 7 of 10 this hour on this host"
}

// Role is what one hit database or server is right now.
type Role struct {
	Of   string `json:"of"`   // "/var/lib/postgresql/15/main", or a server
	Role string `json:"role"` // "primary", "secondary", or "" when not known
	// Instance tells servers of one host apart: a data directory, a name, a port.
	Instance string   `json:"instance,omitempty"`
	Detail   string   `json:"detail,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// Count is a measured number that may drift while a person types.
type Count struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	// Drift is how much it may grow: zero means the default, 10 % of
	// Value, rounded up.
	Drift float64 `json:"drift,omitempty"`
}

// ClaimKind says what a claim protects.
type ClaimKind string

const (
	// FloorClaim counts with those of others that have not finished, or
	// finished less than Settle ago.
	FloorClaim ClaimKind = "floor"
	// BudgetClaim counts with all, also one's own, of the last Window that did
	// not fail to start.
	BudgetClaim ClaimKind = "budget"
)

// Claim reserves units of a floor or a budget. It is recorded, and its room
// checked once more, in the transaction that records the intent.
type Claim struct {
	Kind   ClaimKind `json:"kind"`
	Policy string    `json:"policy"`
	Block  string    `json:"block"` // "blast_radius.servers"
	Key    string    `json:"key"`   // of the budget or of for_each; may be empty
	Units  float64   `json:"units"`
	// Room is how many units others may hold for this claim to be granted.
	// Negative: none; the claim is refused.
	Room float64 `json:"room"`
	// Unlimited: recorded without a limit, because the check was overridden or
	// only warns.
	Unlimited bool          `json:"unlimited,omitempty"`
	Window    time.Duration `json:"window,omitempty"` // of a budget
	Settle    time.Duration `json:"settle,omitempty"` // of a floor
	Check     string        `json:"check"`            // POLICY.CHECK that it answers for
}
