package shell

import (
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"
)

// addUserWrappers adds those that run a program as somebody else.
func addUserWrappers(table map[string]wrapper) {
	asRoot := func(r *reader, sc *scene) { r.become(sc, guard.Lit("root")) }
	table["sudo"] = wrapper{
		flags: "-A|--askpass -b|--background -B|--bell -C|--close-from= -D|--chdir= -e|--edit -E --preserve-env? -g|--group= -h? --help " +
			"--host= -H|--set-home -i|--login -k|--reset-timestamp -K|--remove-timestamp -l|--list -n|--non-interactive -N|--no-update " +
			"-p|--prompt= -P|--preserve-groups -r|--role= -R|--chroot= -s|--shell -S|--stdin -t|--type= -T|--command-timeout= -u|--user= -U|--other-user= -v|--validate -V|--version",
		stops: "--help -K -l -v -V -e", assigns: true, enter: asRoot, then: sudo,
		on: map[string]action{
			"-u": becomes, "-D": changesDir, "-R": otherRoot, "-b": inBackground,
			"-h":     func(_ *reader, sc *scene, _ guard.Word) { sc.opaque = "sudo -h runs it on another host" },
			"--host": func(_ *reader, sc *scene, _ guard.Word) { sc.opaque = "sudo --host runs it on another host" },
		},
	}
	table["doas"] = wrapper{
		flags: "-a= -C= -L -n -s -u=", stops: "-L -C", enter: asRoot, then: sudo,
		on: map[string]action{"-u": becomes},
	}
	su := "-c|--command= --session-command= -f|--fast -g|--group= -G|--supp-group= -l|--login -m|-p|--preserve-environment -P|--pty -T|--no-pty -s|--shell= " +
		"-w|--whitelist-environment= -h|--help -V|--version"
	table["su"] = wrapper{whole: func(r *reader, words []guard.Word, sc scene) { r.su(su, words, sc) }}
	table["runuser"] = wrapper{whole: func(r *reader, words []guard.Word, sc scene) { r.su(su+" -u|--user=", words, sc) }}
	table["gosu"] = wrapper{flags: "-v|--version -h|--help", stops: "-v -h", then: firstIsUser}
	table["su-exec"], table["setuidgid"] = wrapper{then: firstIsUser}, wrapper{then: firstIsUser}
	table["pkexec"] = wrapper{
		flags: "--version --disable-internal-agent --help -u|--user= --keep-cwd", stops: "--version --help", alone: alonePlain,
		enter: func(r *reader, sc *scene) {
			r.become(sc, guard.Lit("root"))
			sc.login()
		},
		on: map[string]action{
			"-u": func(r *reader, sc *scene, who guard.Word) {
				r.become(sc, who)
				sc.login()
			},
		},
		then: pkexec,
	}
}

// pkexec keeps the directory only when it is told to.
func pkexec(r *reader, c wrapped) {
	if c.flags.has("--keep-cwd") {
		c.sc.dir = c.outer.dir
	}
	if len(c.rest) == 0 {
		r.opaque(c.words, c.outer, "pkexec: "+alonePlain)
		return
	}
	r.run(c.rest, c.sc)
}

// firstIsUser: gosu USER[:GROUP] PROGRAM.
func firstIsUser(r *reader, c wrapped) {
	if len(c.rest) == 0 {
		r.opaque(c.words, c.outer, base(c.words[0].Text)+": no program is named")
		return
	}
	who := c.rest[0]
	who.Text, _, _ = strings.Cut(who.Text, ":")
	r.become(&c.sc, who)
	r.run(c.rest[1:], c.sc)
}

// sudo runs the rest as it stands, or, with -s and -i, through the account's
// shell: sudo quotes what it hands over except "$".
func sudo(r *reader, c wrapped) {
	name := base(c.words[0].Text)
	login, shell := c.flags.has("-i"), c.flags.has("-s")
	if c.flags.has("-g") && !c.flags.has("-u") {
		c.sc.account = c.outer.account
	}
	if login {
		dir := c.sc.dir
		c.sc.login()
		if c.flags.has("-D") {
			c.sc.dir = dir
		}
	}
	if c.flags.has("-H") && c.sc.account.Home != "" {
		c.sc.setenv("HOME", guard.Lit(c.sc.account.Home))
	}
	switch {
	case len(c.rest) == 0 && c.flags.has("-k") && !login && !shell:
		r.emit(c.outer.operation(c.words))
	case len(c.rest) == 0 && (login || shell):
		r.opaque(c.words, c.sc, name+": an interactive shell, whose commands guard does not see")
	case len(c.rest) == 0:
		r.opaque(c.words, c.outer, name+": no program is named")
	case login || shell:
		r.run(dollarsUnknown(c.rest), c.sc)
	default:
		r.run(c.rest, c.sc)
	}
}

func dollarsUnknown(words []guard.Word) []guard.Word {
	result := make([]guard.Word, len(words))
	for i, word := range words {
		result[i] = word
		if word.Reading == guard.Literal && strings.Contains(word.Text, "$") {
			result[i] = guard.Word{Text: word.Text, Reason: "the shell that sudo starts expands it"}
		}
	}
	return result
}

// su reads su and runuser: flags may stand before and after the user; what
// follows the user goes to the user's shell.
func (r *reader) su(spec string, words []guard.Word, outer scene) {
	name := base(words[0].Text)
	all := &scanner{flags: flagsOf(spec)}
	operands := permuted(all, words[1:])
	for _, operand := range operands {
		if operand.Reading == guard.AnyNumber {
			all.why = guard.Printable(operand.Text) + " could be a flag of it"
		}
	}
	if all.why != "" {
		r.opaque(words, outer, name+": "+all.why)
		return
	}
	if all.has("-h") || all.has("-V") {
		r.emit(outer.operation(words))
		return
	}
	sc := outer.inside(name)
	login := all.has("-l")
	if len(operands) > 0 && operands[0].Text == "-" {
		login, operands = true, operands[1:]
	}
	if user, ok := all.value("-u"); ok { // runuser -u USER PROGRAM
		sc = outer.inside(name + " -u " + show([]guard.Word{user}))
		r.become(&sc, user)
		r.run(operands, sc)
		return
	}
	user := guard.Lit("root")
	if len(operands) > 0 {
		user, operands = operands[0], operands[1:]
	}
	r.become(&sc, user)
	if login {
		sc.login()
	}
	sc.via = outer.inside(name + " " + show([]guard.Word{user})).via
	r.suText(name, words, operands, all, sc)
}

func (r *reader) suText(name string, words, operands []guard.Word, all *scanner, sc scene) {
	shell := "bash"
	if named, ok := all.value("-s"); ok {
		shell = base(named.Text)
		if !program.Of(shell).Is(program.Shell) || named.Reading != guard.Literal {
			r.opaque(words, sc, name+": guard does not know the shell "+guard.Printable(named.Text))
			return
		}
	}
	text, ok := all.value("-c")
	if !ok {
		text, ok = all.value("--session-command")
	}
	if !ok {
		r.opaque(words, sc, name+": an interactive shell, whose commands guard does not see")
		return
	}
	r.text(source{shell: shell, text: text, args: orName(operands, guard.Word{Reading: guard.OneWord})}, sc)
}

// permuted scans flags wherever they stand before "--" and returns the others.
// With runuser -u the program ends the flags.
func permuted(s *scanner, words []guard.Word) []guard.Word {
	var operands []guard.Word
	for len(words) > 0 && s.why == "" {
		s.scan(words)
		words = s.rest
		if s.ended || len(words) == 0 || s.has("-u") {
			return append(operands, words...)
		}
		operands = append(operands, words[0])
		words = words[1:]
	}
	return operands
}
