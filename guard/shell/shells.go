package shell

import (
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"

	"mvdan.cc/sh/v3/syntax"
)

// dialects are those that a text for a shell may be in. What is called sh is dash on
// one host and bash on the next, so its text is read both ways. None: guard does not
// read that language, or it is no shell (see program.Shell).
func dialects(shell string) []syntax.LangVariant {
	const posix, bash, mksh, zsh = syntax.LangPOSIX, syntax.LangBash, syntax.LangMirBSDKorn, syntax.LangZsh
	switch program.Bare(shell) {
	case "sh", "ash":
		return []syntax.LangVariant{posix, bash}
	case "dash", "posh":
		return []syntax.LangVariant{posix}
	case "bash", "rbash":
		return []syntax.LangVariant{bash}
	case "ksh", "rksh":
		return []syntax.LangVariant{mksh, bash}
	case "mksh", "lksh", "oksh":
		return []syntax.LangVariant{mksh}
	case "zsh", "rzsh":
		return []syntax.LangVariant{zsh}
	default:
		return nil
	}
}

// Readable says whether guard reads the language of a shell of that name.
func Readable(shell string) bool { return len(dialects(shell)) > 0 }

// WellRead says whether guard reads all of the language of a shell of that name, so
// that what it cannot parse is an error in the text. Of zsh and ksh its parser does not
// know all.
func WellRead(shell string) bool {
	ofOthers := func(dialect syntax.LangVariant) bool {
		return dialect != syntax.LangPOSIX && dialect != syntax.LangBash
	}
	return Readable(shell) && !slices.ContainsFunc(dialects(shell), ofOthers)
}

// shellFlags are those of a shell's own command line.
type shellFlags struct {
	text        bool // -c
	stdin       bool // -s
	interactive bool // -i
	errexit     bool // -e
	login       bool // -l
	stops       bool // --version, --help
	rest        []guard.Word
	why         string
}

const shellLongs = "--debug --debugger --dump-po-strings --dump-strings --help --init-file= --login --noediting --noprofile --norc --posix " +
	"--pretty-print --protected --rcfile= --restricted --verbose --version --emulate= --no-rcs --interactive"

func shellFlagsOf(words []guard.Word) shellFlags {
	f := shellFlags{rest: words}
	longs := flagsOf(shellLongs)
	for len(f.rest) > 0 && f.why == "" {
		word := f.rest[0]
		switch {
		case word.Reading != guard.Literal && !f.text:
			// A script, unless it holds a flag; either way it is opaque.
			return f
		case word.Reading != guard.Literal, len(word.Text) < 2 || word.Text[0] != '-' && word.Text[0] != '+':
			if word.Text == "-" && word.Reading == guard.Literal {
				f.rest = f.rest[1:]
			}
			return f
		case word.Text == "--":
			f.rest = f.rest[1:]
			return f
		}
		f.rest = f.rest[1:]
		if strings.HasPrefix(word.Text, "--") {
			f.long(word.Text, longs)
			continue
		}
		f.short(word.Text)
	}
	return f
}

func (f *shellFlags) long(text string, longs map[string]flag) {
	name, _, attached := strings.Cut(text, "=")
	known, ok := longs[name]
	switch {
	case !ok:
		f.why = "guard does not know its flag " + guard.Printable(name)
	case name == "--version" || name == "--help":
		f.stops = true
	case name == "--login":
		f.login = true
	case name == "--interactive":
		f.interactive = true
	case known.arity == hasValue && !attached:
		f.skip(name)
	}
}

func (f *shellFlags) skip(name string) {
	if len(f.rest) == 0 || f.rest[0].Reading == guard.AnyNumber {
		f.why = "the value of its flag " + name + " is not known"
		return
	}
	f.rest = f.rest[1:]
}

// short reads a cluster: -lc, -euo pipefail, +x.
func (f *shellFlags) short(text string) {
	on := text[0] == '-'
	for _, letter := range text[1:] {
		switch {
		case letter == 'c' && on:
			f.text = true
		case letter == 's' && on:
			f.stdin = true
		case letter == 'i' && on:
			f.interactive = true
		case letter == 'e':
			f.errexit = on
		case letter == 'l' && on:
			f.login = true
		case letter == 'o' || letter == 'O':
			if len(f.rest) > 0 && f.rest[0].Reading == guard.Literal && f.rest[0].Text == "errexit" {
				f.errexit = on
			}
			f.skip("-" + string(letter))
		case !strings.ContainsRune("abdefhkmnprtuvwxyBCDEFGHIKLNPTUVXY", letter):
			f.why = "guard does not know its flag -" + guard.Printable(string(letter))
			return
		}
	}
}

// shell reads a shell's own command line.
func (r *reader) shell(name string, words []guard.Word, sc scene) {
	f := shellFlagsOf(words[1:])
	inner := sc
	if f.login {
		inner.forgetEnv()
	}
	switch {
	case f.why != "":
		r.opaque(words, sc, name+": "+f.why)
	case f.stops:
		r.emit(sc.operation(words))
	case f.text && len(f.rest) == 0:
		r.opaque(words, sc, name+": -c has no text")
	case f.text:
		inner.via = sc.inside(show(words[:len(words)-len(f.rest)])).via
		r.text(source{shell: name, text: f.rest[0], args: orName(f.rest[1:], words[0]), errexit: f.errexit}, inner)
	case len(f.rest) > 0 && !f.stdin:
		r.opaque(words, sc, name+": runs the script "+guard.Printable(f.rest[0].Text)+", which guard cannot read whole")
	case f.interactive || sc.stdin == nil:
		r.opaque(words, sc, name+": reads its commands from standard input, which guard does not see")
	default:
		inner.via = sc.inside(show(words[:len(words)-len(f.rest)])).via
		r.text(source{shell: name, text: guard.Lit(*sc.stdin), args: append([]guard.Word{words[0]}, f.rest...), errexit: f.errexit}, inner)
	}
}

// orName: without words after the text, $0 is the shell's own name.
func orName(args []guard.Word, name guard.Word) []guard.Word {
	if len(args) == 0 {
		return []guard.Word{name}
	}
	return args
}
