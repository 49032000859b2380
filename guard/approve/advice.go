package approve

import (
	"path"
	"slices"
	"strings"

	"blastguard/guard"
)

// advice is what to do next about a refusal. Where root could have it decided,
// that is the only advice: what is not known should be looked at, not overridden.
func (t *teller) advice(report guard.Report) {
	if !report.Decision.NeedsRoot {
		t.overrides(report)
		return
	}
	if len(report.Request.Place) > 0 {
		t.say(span{`  root can find it out: start it with "sudo guard"`, plainInk})
		return
	}
	t.say(span{"  root can find it out:", plainInk})
	t.command(guard.CommandLine(t.hidden(asRoot(report))))
}

// overrides says how to run it anyway, if every reason to refuse can be overridden.
func (t *teller) overrides(report guard.Report) {
	ids := slices.Clone(report.Decision.Offered())
	slices.Sort(ids)
	ids = slices.Compact(ids)
	request := report.Request
	request.Overrides = slices.Concat(request.Overrides, ids)
	switch {
	case len(ids) == 0:
		return
	case len(request.Place) > 0: // of a script: the flags belong to its start
		t.say(span{"  to run it anyway, on record, start it with:", plainInk})
		only := guard.Request{Overrides: ids, Reason: request.Reason}
		t.command(guard.CommandLine(t.hidden(only.DecidingFlags())) + wantsReason(request))
	default:
		t.say(span{"  to run it anyway, on record:", plainInk})
		line := slices.Concat([]string{"guard"}, request.Running, request.DecidingFlags())
		t.command(guard.CommandLine(t.hidden(line)) + wantsReason(request) + " " + guard.CommandLine(t.hidden(append([]string{"--"}, request.Argv...))))
	}
}

// wantsReason is the flag that is still to be filled in.
func wantsReason(request guard.Request) string {
	if request.Reason != "" {
		return ""
	}
	return ` --reason "…"`
}

// asRoot is the same command with guard itself run as root. A sudo without flags
// is then needed no more; one that becomes somebody else still is.
func asRoot(report guard.Report) []string {
	request := report.Request
	argv, become := request.Argv, "sudo"
	if len(argv) > 1 && slices.Contains([]string{"sudo", "doas"}, path.Base(argv[0])) {
		become = path.Base(argv[0])
		if next := argv[1]; !strings.HasPrefix(next, "-") && !strings.Contains(next, "=") {
			argv = argv[1:]
		}
	}
	if report.OnlyChecked {
		return slices.Concat([]string{become, "guard", "check"}, request.DecidingFlags(), []string{"--"}, argv)
	}
	line := slices.Concat([]string{become, "guard"}, request.Running, request.DecidingFlags())
	if len(line) > 2 || ownWord(argv[0]) {
		line = append(line, "--")
	}
	return append(line, argv...)
}

// ownWord: without "--" guard would take the word for one of its own.
func ownWord(word string) bool {
	return strings.HasPrefix(word, "-") || slices.Contains(guard.OwnWords(), word)
}

// hidden is argv without secrets: quoted, they might not be found any more.
func (t *teller) hidden(argv []string) []string {
	words := slices.Clone(argv)
	for i := range words {
		words[i] = conceal(words[i], t.secrets)
	}
	return words
}

// command is a line to be copied: it is never broken.
func (t *teller) command(text string) {
	t.b.WriteString(t.style.dress("guard: ", faintInk) + "    " + t.style.dress(t.hide(text), strongInk) + "\n")
}
