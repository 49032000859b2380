package policy

import (
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"
)

// Harmless: the operation is known to have no lasting effect, whatever the policies
// are.
func Harmless(op guard.Operation) bool { return isHarmless(&op) }

// isHarmless: the program is known for certain, nothing about the operation is
// unread, and it only looks.
func isHarmless(op *guard.Operation) bool {
	if op.Opaque != "" || op.On != "" {
		return false
	}
	if op.Builtin && !slices.Contains(lastingBuiltins, op.Program) {
		return op.Program != ""
	}
	if op.Builtin && isIdle(op) {
		return true
	}
	return program.Of(op.Program).Is(program.Harmless) && isUsualPlace(op.Path)
}

// isIdle: a builtin that may last or run something does not as it is called here:
// exec with nothing but redirections, command that says where a program is.
func isIdle(op *guard.Operation) bool {
	first := guard.Word{}
	if len(op.Args) > 0 {
		first = op.Args[0]
	}
	known := first.Reading == guard.Literal
	switch op.Program {
	case "exec":
		return len(op.Args) == 0
	case "command":
		return known && (first.Text == "-v" || first.Text == "-V")
	}
	return false
}

// onlyHelp: a known program is asked for its help or version, and for nothing
// else. Of a program that no policy names nobody knows whether it understands
// that; of any with more words, whether it is a flag.
func onlyHelp(op *guard.Operation) bool {
	if op.Opaque != "" || op.On != "" || !isUsualPlace(op.Path) || len(op.Args) != 1 {
		return false
	}
	word := op.Args[0]
	return word.Reading == guard.Literal && (word.Text == "--help" || word.Text == "--version")
}

// lastingBuiltins are what a shell does itself and that outlasts it, or that
// runs something else. All others (set, export, exit, …) end with the shell; what trap
// runs are operations of their own, or one that cannot be read.
var lastingBuiltins = []string{"kill", "history", "fc", "eval", "exec", "source", ".", "command", "builtin", "alias", "enable", "hash"}

// isUsualPlace: the program is found by its name, or is the system's. A cat in
// somebody's directory may be anything.
func isUsualPlace(program string) bool {
	dir := path.Dir(program)
	return !strings.Contains(program, "/") || slices.Contains([]string{"/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin"}, dir)
}

// unmatched decides an operation that no policy governs.
func (d *decider) unmatched(op *guard.Operation) {
	if isHarmless(op) {
		return
	}
	effect := d.set.settings.Unmatched
	if op.Unseen && effect != guard.Deny {
		effect = guard.Confirm // who allows what no policy governs counts on its steps
	}
	switch effect {
	case guard.Allow, guard.Warn:
	case guard.Confirm:
		if !op.Transparent {
			d.confirmHost(op)
		}
	default:
		d.problem("no policy governs "+programName(op), `write one, or set unmatched = "confirm" in guard.hcl`, "")
	}
}

// remainder decides what no policy says of an operation that none governs by its
// program: all of it or, where something that it does to paths was decided, the rest.
func (d *decider) remainder(op *guard.Operation, decided bool) {
	why := d.set.unread(op)
	switch {
	case op.Opaque != "" && decided:
		d.confirmHost(op)
	case op.Opaque != "" || d.set.acting[op.Program] == nil:
		d.unmatched(op)
	case why != "":
		doubtful := *op
		doubtful.Opaque = why
		d.unmatched(&doubtful)
	}
}

func programName(op *guard.Operation) string {
	switch {
	case op.Program != "":
		return guard.Printable(op.Program)
	case op.On != "":
		return "a redirection that writes a file"
	default:
		return "a program that cannot be read"
	}
}

// confirmHost asks for the name of the host.
func (d *decider) confirmHost(op *guard.Operation) {
	if d.request.Host.Name == "" {
		d.problem("the name of this host is not known, so there is no text to type", "look at hostname", "")
		return
	}
	why := "no policy governs " + programName(op)
	if op.Opaque != "" {
		why = guard.Printable(op.Opaque)
	}
	if op.Far && op.Opaque == "" && len(d.set.governors(op)) > 0 {
		why = guard.Printable(op.Server) + " runs " + programName(op) + ", which guard can neither measure nor see there"
	}
	if op.Server != "" && !strings.Contains(why, op.Server) {
		why += "; " + guard.Printable(op.Server) + " runs it, where guard does not see it"
	}
	hint := why + ": the name of this host"
	if op.Supervised {
		why += "; each program that it executes is decided before it runs"
	}
	if op.Unseen {
		why += "; what it executes cannot be seen here"
	}
	d.saying.say(why, guard.Confirm)
	ev := &evaluation{d: d}
	d.effect = guard.Strictest(d.effect, guard.Confirm)
	d.decision.Confirmations = append(d.decision.Confirmations, guard.Confirmation{
		Text: ev.short(d.request.Host.Name), Show: true, Hint: hint,
	})
}
