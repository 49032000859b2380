package shell

import (
	"fmt"
	"strings"

	"blastguard/guard"
)

// Servers run a command in the place of somebody else: a daemon of this host, a
// container, another host. What is handed over to them is read, where it stands there;
// guard does not see it when it runs.

// handed is the scene of what a server of this host runs: its files are these.
func (sc scene) handed(shown, server string) scene {
	in := sc.inside(shown)
	in.server, in.background, in.stdin = server, true, nil
	in.forgetEnv()
	return in
}

// far is the scene of what runs on another host or in a container: a path there is not
// the file here, and who it runs as is not known.
func (sc scene) elsewhere(shown, server string) scene {
	in := sc.handed(shown, server)
	in.far, in.account, in.dir = true, guard.Account{UID: -1}, unknownDir("it is a directory of "+server)
	return in
}

// unseenBy is why what cannot be read of it is opaque.
func unseenBy(server string) string { return server + " runs it, where guard does not see it" }

// handText reads a text that a server's shell runs.
func (r *reader) handText(text guard.Word, words []guard.Word, outer, sc scene) {
	if text.Reading != guard.Literal {
		r.opaque(words, outer, unseenBy(sc.server)+", and its text is only known when it runs")
		return
	}
	r.text(source{shell: "sh", text: text}, sc)
}

// handWords runs words that a server executes as they stand.
func (r *reader) handWords(rest, words []guard.Word, outer, sc scene) {
	if len(rest) == 0 || rest[0].Reading != guard.Literal {
		r.opaque(words, outer, unseenBy(sc.server))
		return
	}
	r.run(rest, sc)
}

// handInput reads what a server reads from standard input.
func (r *reader) handInput(words []guard.Word, outer, sc scene, each func(string) string) {
	if outer.stdin == nil {
		r.opaque(words, outer, unseenBy(sc.server)+"; what it is to run is read from a file or another program")
		return
	}
	text := *outer.stdin
	if each != nil {
		text = each(text)
	}
	r.text(source{shell: "sh", text: guard.Lit(text)}, sc)
}

// addServers adds them to the table.
func addServers(table map[string]wrapper) {
	table["ssh"] = wrapper{whole: func(r *reader, words []guard.Word, sc scene) { r.remote(sshFlags, words, sc) }}
	table["autossh"] = wrapper{whole: func(r *reader, words []guard.Word, sc scene) { r.remote(sshFlags+" -M=", words, sc) }}
	table["rsh"] = wrapper{whole: func(r *reader, words []guard.Word, sc scene) { r.remote("-4 -6 -K -d -n -x -l= -p=", words, sc) }}
	table["mosh"] = wrapper{whole: func(r *reader, words []guard.Word, sc scene) {
		r.remote("--client= --server= --ssh= -p|--port= --predict= -a -n --no-init --local --no-ssh-pty -4 -6 --family= --bind-server= --experimental-remote-ip= --help --version", words, sc)
	}}
	table["sshpass"] = wrapper{flags: "-p= -f= -d= -e -P= -v -h -V", stops: "-h -V"}
	for name, flags := range map[string]string{
		"pdsh":  "-w= -x= -g= -X= -a -A -i -l= -t= -u= -f= -R= -N -q -b -s -S -V -h -L -M= -d -I -r -C -P -k -T",
		"clush": "-w|--nodes= -x|--exclude= -a|--all -g|--group= -X= -l|--user= -o|--options= -t= -u= -f|--fanout= -b|--dshbak -B -N -q|--quiet -v|--verbose -S|--maxrc -L -d|--debug -p --version -h|--help -n|--nostdin --diff -G --rcopy",
		"pssh":  "-h|--hosts= -H|--host= -l|--user= -p|--par= -o|--outdir= -e|--errdir= -t|--timeout= -O|--option= -v|--verbose -A|--askpass -x|--extra-args= -X|--extra-arg= -i|--inline -P|--print -I|--send-input --inline-stdout --help --version",
		"dsh":   "-w= -m|--machine= -g|--group= -a|--all -f|--file= -r= -M -c -q -v -i -o=",
	} {
		table[name] = wrapper{whole: func(r *reader, words []guard.Word, sc scene) { r.many(flags, words, sc) }}
	}
	table["parallel-ssh"] = table["pssh"]
	table["salt"] = wrapper{whole: salt}
	table["salt-ssh"] = wrapper{whole: salt}
	addContainers(table)
	addDaemons(table)
}

const sshFlags = "-4 -6 -A -a -C -f -G -g -K -k -M -N -n -q -s -T -t -tt -V -v -vv -vvv -X -x -Y -y " +
	"-B= -b= -c= -D= -E= -e= -F= -I= -i= -J= -L= -l= -m= -O= -o= -P= -p= -Q= -R= -S= -W= -w="

// remote: ssh HOST TEXT. Flags may follow the host too; the words are joined by
// spaces and given to the shell there.
func (r *reader) remote(spec string, words []guard.Word, outer scene) {
	name := base(words[0].Text)
	flags := &scanner{flags: flagsOf(spec)}
	flags.scan(words[1:])
	if flags.why != "" || len(flags.rest) == 0 || flags.has("-V") || flags.has("-Q") || flags.has("-G") || flags.has("-O") || flags.rest[0].Reading == guard.AnyNumber {
		if flags.why == "" && (len(flags.rest) == 0 || flags.has("-V") || flags.has("-Q") || flags.has("-G") || flags.has("-O")) {
			r.emit(outer.operation(words))
			return
		}
		r.opaque(words, outer, name+": "+firstOf(flags.why, "guard cannot tell what it runs, or where"))
		return
	}
	host := flags.rest[0]
	after := &scanner{flags: flags.flags}
	after.scan(flags.rest[1:])
	text := after.rest
	if after.why != "" {
		r.opaque(words, outer, name+": "+after.why)
		return
	}
	server := "the shell on " + hostOf(host)
	switch {
	case len(text) > 0:
		sc := outer.elsewhere(show(words[:len(words)-len(text)]), server)
		r.handText(joined(text), words, outer, sc)
	case outer.stdin != nil: // ssh HOST < TEXT
		r.handInput(words, outer, outer.elsewhere(show(words), server), nil)
	default:
		r.emit(outer.operation(words)) // a session of a person, or a tunnel
	}
}

// hostOf is the host, or the container, of USER@HOST, as a person would name it.
func hostOf(word guard.Word) string {
	if word.Reading != guard.Literal {
		return "another host"
	}
	return guard.Printable(word.Text[strings.LastIndexByte(word.Text, '@')+1:])
}

// many: pdsh -w HOSTS TEXT.
func (r *reader) many(spec string, words []guard.Word, outer scene) {
	flags := &scanner{flags: flagsOf(spec)}
	flags.scan(words[1:])
	name := base(words[0].Text)
	switch {
	case flags.why != "":
		r.opaque(words, outer, name+": "+flags.why)
	case len(flags.rest) == 0:
		r.emit(outer.operation(words))
	default:
		server := "the shell on the hosts of " + name
		r.handText(joined(flags.rest), words, outer, outer.elsewhere(show(words[:len(words)-len(flags.rest)]), server))
	}
}

// salt TARGET cmd.run TEXT. Other functions are salt's own, and not read.
func salt(r *reader, words []guard.Word, outer scene) {
	for i, word := range words[1:] {
		if word.Reading != guard.Literal {
			continue
		}
		rest := words[i+2:]
		sc := outer.elsewhere(show(words[:i+2]), "the minions of salt")
		switch word.Text {
		case "cmd.run", "cmd.shell", "cmd.run_all", "cmd.run_stdout", "cmd.run_stderr", "cmd.retcode", "cmd.run_bg":
			if len(rest) == 0 {
				r.opaque(words, outer, unseenBy(sc.server))
				return
			}
			r.handText(rest[0], words, outer, sc)
			return
		case "test.ping", "test.version", "grains.items", "grains.item", "grains.get", "pillar.items", "pillar.get", "sys.doc", "status.uptime", "--version", "--help", "-d", "--doc":
			r.emit(outer.operation(words))
			return
		}
	}
	r.opaque(words, outer, unseenBy("salt"))
}

// cronText is what crontab lines run, as a text: one command a line.
func cronText(table string) string {
	var b strings.Builder
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		fields := strings.Fields(line)
		name, _, assigns := strings.Cut(line, "=")
		switch {
		case line == "" || line[0] == '#' || assigns && isName(strings.TrimSpace(name)):
			continue
		case line[0] == '@':
			line = strings.TrimSpace(strings.TrimPrefix(line, fields[0]))
		default:
			const times = 5
			for _, field := range fields[:min(times, len(fields))] {
				line = strings.TrimSpace(strings.TrimPrefix(line, field))
			}
		}
		command, _, _ := strings.Cut(line, "%") // what follows is its standard input
		fmt.Fprintln(&b, command)
	}
	return b.String()
}
