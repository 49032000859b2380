package shell

import (
	"maps"
	"strings"

	"blastguard/guard"
)

// scriptWrappers are the wrappers, and guard itself: what follows the
// prefix in a script is what the script does.
func scriptWrappers() map[string]wrapper {
	table := maps.Clone(wrappers())
	table["guard"] = wrapper{whole: prefix}
	return table
}

const prefixFlags = "--expect= --override= --reason= --supervise= --policies= --no-shipped --audit= --confirm= --result= --on-deny= --as= --plain --break-glass"

// ownWords of guard have no command after them that would run.
const ownWords = " check policy history drill setup demo doctor help completion shell -h --help --version "

// prefix takes `guard`, `guard run`, `guard --` and their flags off.
func prefix(r *reader, words []guard.Word, outer scene) {
	rest := words[1:]
	if len(rest) == 0 || rest[0].Reading == guard.Literal && strings.Contains(ownWords, " "+rest[0].Text+" ") {
		r.emit(outer.operation(words))
		return
	}
	if rest[0].Reading == guard.Literal && rest[0].Text == "run" {
		rest = rest[1:]
	}
	flags := &scanner{flags: flagsOf(prefixFlags)}
	flags.scan(rest)
	if flags.why != "" {
		r.opaque(words, outer, "guard: "+flags.why)
		return
	}
	if len(flags.rest) == 0 {
		r.emit(outer.operation(words))
		return
	}
	r.run(flags.rest, outer.inside(show(words[:len(words)-len(flags.rest)])))
}
