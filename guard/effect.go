package guard

import "fmt"

// Effect is what a policy says about an operation. The zero Effect refuses.
type Effect int

const (
	Deny    Effect = iota // refuse; also what an unfilled decision says
	Confirm               // run only after a person has typed the target
	Warn                  // run, and say why it is doubtful
	Allow                 // run without asking
)

// String is the word for the effect in messages, JSON and the audit log.
func (e Effect) String() string {
	switch e {
	case Confirm:
		return "confirm"
	case Warn:
		return "warn"
	case Allow:
		return "allow"
	default:
		return "deny"
	}
}

// MarshalText writes the effect's word.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads the effect's word; any other word is an error and leaves
// the effect at Deny.
func (e *Effect) UnmarshalText(text []byte) error {
	*e = Deny
	for _, known := range []Effect{Deny, Confirm, Warn, Allow} {
		if known.String() == string(text) {
			*e = known
			return nil
		}
	}
	return fmt.Errorf("unknown effect %q", text)
}

// Strictest returns the stricter of two effects. Values out of range count as
// Deny.
func Strictest(a, b Effect) Effect {
	if a < Deny || a > Allow || b < Deny || b > Allow {
		return Deny
	}
	return min(a, b)
}

// Level is how binding a check is. The zero Level cannot be overridden.
type Level int

const (
	HardMandatory Level = iota // denies; only break-glass passes it
	SoftMandatory              // denies, unless overridden by name with a reason
	Advisory                   // warns
)

// String is the word for the level in policy files, messages and JSON.
func (l Level) String() string {
	switch l {
	case SoftMandatory:
		return "soft-mandatory"
	case Advisory:
		return "advisory"
	default:
		return "hard-mandatory"
	}
}

// MarshalText writes the level's word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the level's word; any other word is an error and leaves
// the level at HardMandatory.
func (l *Level) UnmarshalText(text []byte) error {
	*l = HardMandatory
	for _, known := range []Level{HardMandatory, SoftMandatory, Advisory} {
		if known.String() == string(text) {
			*l = known
			return nil
		}
	}
	return fmt.Errorf("unknown enforcement level %q", text)
}

// Status is what became of a check. Only Passes passes; the zero Status is an
// error.
type Status int

const (
	Errored Status = iota // the check could not be evaluated; also what an unfilled check says
	Unknown               // something it depends on could not be measured
	Fails                 // measured, and outside the limit
	Passes                // measured, and inside the limit
)

// String is the word for the status in messages, JSON and the audit log.
func (s Status) String() string {
	switch s {
	case Unknown:
		return "unknown"
	case Fails:
		return "fails"
	case Passes:
		return "passes"
	default:
		return "error"
	}
}

// MarshalText writes the status's word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the status's word; any other word is an error and leaves
// the status at Errored.
func (s *Status) UnmarshalText(text []byte) error {
	*s = Errored
	for _, known := range []Status{Errored, Unknown, Fails, Passes} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("unknown check status %q", text)
}

// Unattended says what stands in for a person where there is no terminal. The
// zero value refuses.
type Unattended int

const (
	UnattendedDeny   Unattended = iota // nobody there: no
	UnattendedText                     // --confirm TEXT must match the text exactly
	UnattendedLimits                   // runs if every check passes as measured
)

// String is the word used in policy files.
func (u Unattended) String() string {
	switch u {
	case UnattendedText:
		return "text"
	case UnattendedLimits:
		return "limits"
	default:
		return "deny"
	}
}

// MarshalText writes the mode's word.
func (u Unattended) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads the mode's word; any other word is an error and leaves
// the mode at UnattendedDeny.
func (u *Unattended) UnmarshalText(text []byte) error {
	*u = UnattendedDeny
	for _, known := range []Unattended{UnattendedDeny, UnattendedText, UnattendedLimits} {
		if known.String() == string(text) {
			*u = known
			return nil
		}
	}
	return fmt.Errorf("unknown unattended mode %q", text)
}
