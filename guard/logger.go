package guard

// Logger receives what a developer of guard wants to know. It is off unless
// GUARD_LOG says otherwise, and never meant for the user. args are pairs of a
// name and a value, as in hclog.
type Logger interface {
	Debug(msg string, args ...any)
	Trace(msg string, args ...any)
}
