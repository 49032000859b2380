package guard

// Course is what a person chooses when a step of a run was refused. The zero
// Course ends the run.
type Course int

const (
	StopRun  Course = iota // end the run here
	SkipStep               // the step fails, and the run goes on
	RunStep                // decide the step again, with overrides
)

// String is the word for the course, as it is typed and recorded.
func (c Course) String() string {
	switch c {
	case SkipStep:
		return "skip"
	case RunStep:
		return "run"
	default:
		return "stop"
	}
}

// Offered are the overrides that may be proposed to a person. There are none where root
// could find out what is not known: then it should be looked at, not overridden.
func (d Decision) Offered() []string {
	if d.NeedsRoot {
		return nil
	}
	return d.Overridable()
}

// Overridable are the checks, as POLICY.CHECK, whose overriding would turn a
// denial into another decision; none when anything else denies too.
func (d Decision) Overridable() []string {
	if len(d.Problems) > 0 {
		return nil
	}
	var ids []string
	for _, check := range d.Checks {
		if check.Effect != Deny || check.Status == Passes {
			continue
		}
		if check.Level != SoftMandatory {
			return nil
		}
		if id := check.ID(); len(ids) == 0 || ids[len(ids)-1] != id {
			ids = append(ids, id)
		}
	}
	return ids
}
