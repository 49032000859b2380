package shell

import (
	"strings"

	"blastguard/guard"
)

// addTextWrappers adds those that make the program's words themselves: from a
// text, from input, from what they find.
func addTextWrappers(table map[string]wrapper) {
	table["env"] = wrapper{
		flags: "-i|-|--ignore-environment -0|--null -u|--unset= -C|--chdir= -S|--split-string= -a|--argv0= -P= --block-signal? --default-signal? --ignore-signal? " +
			"--list-signal-handling -v|--debug --help --version",
		stops: "--help --version", last: "-S", then: env, assigns: true, slashes: true,
		on: map[string]action{"-i": clearsEnv, "-u": unsetsEnv, "-C": changesDir},
	}
	table["flock"] = wrapper{
		flags: "-s|--shared -x|-e|--exclusive -n|--nb|--nonblock -u|--unlock -o|--close -w|--wait|--timeout= -E|--conflict-exit-code= -F|--no-fork " +
			"--fcntl --start= --length= --verbose -h|--help -V|--version",
		stops: "-h -V", operands: 1, then: flock,
	}
	table["watch"] = wrapper{
		flags: "-b|--beep -c|--color -C|--no-color -d --differences? -e|--errexit -f|--follow -g|--chgexit -n|--interval= -p|--precise -q|--equexit= " +
			"-r|--no-rerun -s|--shotsdir= -t|--no-title -w|--no-wrap -x|--exec -h|--help -v|--version",
		stops: "-h -v", then: watch,
	}
	table["script"] = wrapper{whole: script_}
	table["xargs"] = wrapper{
		flags: "-0|--null -a|--arg-file= -d|--delimiter= -E= -e? --eof? -I= --replace? -i? -L= -l? --max-lines? -n|--max-args= -o|--open-tty -P|--max-procs= " +
			"-p|--interactive --process-slot-var= -r|--no-run-if-empty -s|--max-chars= --show-limits -t|--verbose -x|--exit --help --version",
		stops: "--help --version", then: xargs,
	}
}

// env: -S puts the words of its text in front of what follows.
func env(r *reader, c wrapped) {
	text, split := c.flags.value("-S")
	switch {
	case split && (text.Reading != guard.Literal || strings.ContainsAny(text.Text, "\"'\\$#")):
		r.opaque(c.words, c.outer, "env: guard does not read the quotes and variables of -S")
	case split:
		again := append([]guard.Word{guard.Lit("env")}, guard.Lits(strings.Fields(text.Text)...)...)
		r.run(append(again, c.rest...), c.sc)
	case len(c.rest) == 0:
		r.emit(c.outer.operation(c.words))
	default:
		r.run(c.rest, c.sc)
	}
}

// flock FILE -c TEXT, or flock FILE PROGRAM; flock NUMBER runs nothing.
func flock(r *reader, c wrapped) {
	switch {
	case len(c.rest) == 0:
		r.emit(c.outer.operation(c.words))
	case c.rest[0].Text == "-c" || c.rest[0].Text == "--command":
		if len(c.rest) < 2 {
			r.opaque(c.words, c.outer, "flock: -c has no text")
			return
		}
		r.text(source{shell: "sh", text: c.rest[1]}, c.sc)
	default:
		r.run(c.rest, c.sc)
	}
}

// watch hands its words, joined, to sh -c, unless -x is given.
func watch(r *reader, c wrapped) {
	if len(c.rest) == 0 {
		r.opaque(c.words, c.outer, "watch: no program is named")
		return
	}
	if c.flags.has("-x") {
		r.run(c.rest, c.sc)
		return
	}
	r.text(source{shell: "sh", text: joined(c.rest)}, c.sc)
}

// joined is words with spaces between them, known when each of them is.
func joined(words []guard.Word) guard.Word {
	texts := make([]string, len(words))
	for i, word := range words {
		if word.Reading != guard.Literal {
			return guard.Word{Text: show(words), Reading: guard.OneWord, Reason: firstOf(word.Reason, "a part is only known when it runs")}
		}
		texts[i] = word.Text
	}
	return guard.Lit(strings.Join(texts, " "))
}

// script_ reads script(1): -c TEXT anywhere, or a program after "--".
func script_(r *reader, words []guard.Word, outer scene) {
	s := &scanner{flags: flagsOf("-a|--append -c|--command= -e|--return -f|--flush --force -q|--quiet -t? --timing? -I|--log-in= -O|--log-out= -B|--log-io= " +
		"-T|--log-timing= -m|--logging-format= -o|--output-limit= -E|--echo= -h|--help -V|--version")}
	operands := permuted(s, words[1:])
	text, ok := s.value("-c")
	if s.why == "" && !s.has("-h") && !s.has("-V") {
		switch {
		case len(operands) > 0:
			s.found = append(s.found, given{"FILE", operands[0]})
		case !s.has("-O") && !s.has("-I") && !s.has("-B"):
			s.found = append(s.found, given{"FILE", guard.Lit("typescript")})
		}
		r.files(s, "FILE -I -O -B -T -t --timing", "-a", outer)
	}
	switch {
	case s.why != "":
		r.opaque(words, outer, "script: "+s.why)
	case s.has("-h") || s.has("-V"):
		r.emit(outer.operation(words))
	case ok:
		r.text(source{shell: "sh", text: text}, outer.inside("script -c"))
	case s.ended && len(operands) > 1:
		r.opaque(words, outer, "script: guard does not read a program after --")
	default:
		r.opaque(words, outer, "script: an interactive shell, whose commands guard does not see")
	}
}

// xargs appends words of its input, or puts each line in the place of a text.
func xargs(r *reader, c wrapped) {
	c.sc.stdin = nil
	program := c.rest
	if len(program) == 0 {
		program = guard.Lits("echo")
	}
	const reason = "xargs reads it from its input"
	for _, name := range []string{"-I", "-i", "--replace"} {
		text, ok := c.flags.value(name)
		if !ok {
			continue
		}
		if text.Reading != guard.Literal {
			r.opaque(c.words, c.outer, "xargs: what "+name+" replaces is not known")
			return
		}
		r.run(replaced(program, firstOf(text.Text, "{}"), reason), c.sc)
		return
	}
	r.run(append(program[:len(program):len(program)], guard.Word{Text: "…", Reason: reason}), c.sc)
}

// replaced are the words in which each one that contains mark is not known.
func replaced(words []guard.Word, mark, reason string) []guard.Word {
	result := make([]guard.Word, len(words))
	for i, word := range words {
		result[i] = word
		if word.Reading == guard.Literal && strings.Contains(word.Text, mark) {
			result[i] = guard.Word{Text: word.Text, Reading: guard.OneWord, Reason: reason}
		}
	}
	return result
}
