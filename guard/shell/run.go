package shell

import (
	"fmt"
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"
)

// run reads one program with its arguments. Each wrapper is taken off and what
// is left is run again.
func (r *reader) run(words []guard.Word, sc scene) {
	switch {
	case r.full != "":
	case len(words) == 0:
		r.opaque(words, sc, "no program is named")
	case words[0].Reading != guard.Literal:
		r.unknownProgram(words, sc)
	case base(words[0].Text) == "":
		r.opaque(words, sc, "the program has no name")
	case sc.depth >= maxDepth:
		r.opaque(words, sc, fmt.Sprintf("more than %d wrappers inside each other", maxDepth))
	default:
		r.named(words, sc)
	}
}

func (r *reader) named(words []guard.Word, sc scene) {
	name := base(words[0].Text)
	if w, ok := r.wrappers[program.Bare(name)]; ok {
		r.wrap(w, words, sc)
		return
	}
	if program.Of(name).Is(program.Shell) {
		r.shell(name, words, sc)
		return
	}
	r.emit(sc.operation(words))
}

// unknownProgram is opaque. Words that may be none at all ($SUDO rm x) leave
// the rest to be a command of its own, so that is read too.
func (r *reader) unknownProgram(words []guard.Word, sc scene) {
	r.opaque(words, sc, "the program is only known when it runs: "+firstOf(words[0].Reason, guard.Printable(words[0].Text)))
	if words[0].Reading == guard.AnyNumber && len(words) > 1 && !strings.HasPrefix(words[1].Text, "-") {
		rest := sc.inside(words[0].Text)
		rest.account = guard.Account{UID: -1}
		rest.forgetEnv()
		r.run(words[1:], rest)
	}
}

func (r *reader) opaque(words []guard.Word, sc scene, reason string) {
	r.emit(sc.opaqueOperation(words, reason))
}

// operation is one program in its scene.
func (sc scene) operation(words []guard.Word) guard.Operation {
	op := guard.Operation{
		Via: sc.via, Account: sc.account, Dir: sc.dir,
		Env: sc.env, EnvComplete: sc.envComplete, Opaque: sc.opaque, Background: sc.background, Server: sc.server, Far: sc.far,
	}
	if len(words) > 0 {
		op.Path, op.Args = words[0].Text, words[1:]
		if words[0].Reading == guard.Literal {
			op.Program = base(words[0].Text)
		}
	}
	return op
}

func (sc scene) opaqueOperation(words []guard.Word, reason string) guard.Operation {
	op := sc.operation(words)
	op.Opaque = reason
	return op
}

// base is the last element of a program's path; "" for a path that ends in a
// slash, which names no program.
func base(program string) string {
	return program[strings.LastIndexByte(program, '/')+1:]
}

// show is words as they would be typed.
func show(words []guard.Word) string {
	return guard.ShowWords(words)
}
