package shell

import (
	"slices"
	"strings"

	"blastguard/guard"
)

// addDaemons adds those whose server is one of this host.
func addDaemons(table map[string]wrapper) {
	table["at"], table["batch"] = wrapper{whole: at}, wrapper{whole: at}
	table["crontab"] = wrapper{whole: crontab}
	table["tmux"] = wrapper{whole: tmux}
	table["screen"] = wrapper{whole: screen}
}

// at reads its text from standard input; -l, -r and -c only look or take away.
func at(r *reader, words []guard.Word, outer scene) {
	flags := &scanner{flags: flagsOf("-V -q= -f= -m -M -u= -l -b -d -r -v -t= -c")}
	flags.scan(words[1:])
	for _, one := range []string{"-V", "-l", "-d", "-r", "-c"} {
		if flags.why == "" && flags.has(one) {
			r.emit(outer.operation(words))
			return
		}
	}
	sc := outer.handed(show(words), "the at daemon")
	switch {
	case flags.why != "":
		r.opaque(words, outer, base(words[0].Text)+": "+flags.why)
	case flags.has("-f"):
		r.opaque(words, outer, unseenBy(sc.server)+"; what it is to run is in a file")
	default:
		r.handInput(words, outer, sc, nil)
	}
}

// crontab - and crontab FILE install a table; -l and -e are a person's.
func crontab(r *reader, words []guard.Word, outer scene) {
	flags := &scanner{flags: flagsOf("-u= -l -r -e -i -n -c -s -V -T")}
	flags.scan(words[1:])
	if flags.why != "" || flags.has("-l") || flags.has("-r") || flags.has("-e") || flags.has("-V") || flags.has("-T") {
		r.emit(outer.operation(words))
		return
	}
	sc := outer.handed(show(words), "cron")
	if user, named := flags.value("-u"); named {
		r.become(&sc, user)
	}
	sc.dir = unknownDir("cron starts in a home directory that is not known")
	if home := sc.account.Home; strings.HasPrefix(home, "/") {
		sc.dir = guard.Lit(home)
	}
	if len(flags.rest) > 0 && flags.rest[0].Text != "-" {
		r.opaque(words, outer, unseenBy("cron")+"; what it is to run is in a file")
		return
	}
	r.handInput(words, outer, sc, cronText)
}

// screen -dm PROGRAM; screen -X stuff TEXT.
func screen(r *reader, words []guard.Word, outer scene) {
	flags := &scanner{last: "-X", flags: flagsOf("-a -A -c= -d -D -e= -f -fn -fa -h= -i -l -ls -list -L -Logfile= -m -O -p= -q -Q -r -R -RR -s= -S= -t= -T= -U -v -wipe -x -X")}
	flags.scan(words[1:])
	rest := flags.rest
	sc := outer.handed(show(words[:len(words)-len(rest)]), "screen's server")
	switch {
	case flags.why != "":
		r.opaque(words, outer, "screen: "+flags.why)
	case flags.has("-ls"), flags.has("-list"), flags.has("-v"), flags.has("-wipe"), flags.has("-Q"):
		r.emit(outer.operation(words))
	case flags.has("-X") && len(rest) > 0 && slices.Contains([]string{"quit", "kill", "hardcopy", "detach", "title", "log", "logfile"}, rest[0].Text):
		r.emit(outer.operation(words))
	case flags.has("-X") && len(rest) == 2 && rest[0].Text == "stuff":
		sc.dir = unknownDir("it is the directory of the window")
		typed := rest[1]
		typed.Text = strings.NewReplacer("^M", "\n", "^J", "\n", `\n`, "\n", `\r`, "\n", `\015`, "\n", `\012`, "\n", "\r", "\n").Replace(typed.Text)
		r.handText(typed, words, outer, sc)
	case flags.has("-X") && len(rest) > 1 && slices.Contains([]string{"screen", "exec"}, rest[0].Text):
		sc.dir = unknownDir("it is the directory of the window")
		r.handWords(rest[1:], words, outer, sc)
	case flags.has("-X"):
		r.opaque(words, outer, unseenBy(sc.server))
	case flags.has("-r"), flags.has("-R"), flags.has("-RR"), flags.has("-x"), len(rest) == 0:
		r.emit(outer.operation(words)) // a session of a person
	default:
		r.handWords(rest, words, outer, sc)
	}
}

// tmuxCommands are those that run something, with their flags; by all their names.
func tmuxCommands() map[string]string {
	return map[string]string{
		"new-session":    "-A -d -D -E -P -X -c= -e= -f= -F= -n= -s= -t= -x= -y=",
		"new-window":     "-a -b -d -k -P -S -c= -e= -F= -n= -t=",
		"split-window":   "-b -d -f -h -I -v -P -Z -c= -e= -F= -l= -p= -t=",
		"respawn-pane":   "-k -c= -e= -t=",
		"respawn-window": "-k -c= -e= -t=",
		"run-shell":      "-b -C -E -d= -t= -c=",
		"if-shell":       "-b -F -t=",
		"pipe-pane":      "-I -O -o -t=",
		"display-popup":  "-B -C -E -EE -k -N -b= -c= -d= -e= -h= -s= -S= -t= -T= -w= -x= -y=",
		"send-keys":      "-F -H -K -l -M -R -X -c= -N= -t=",
		"source-file":    "-F -n -q -v -t=",
		"bind-key":       "-n -r -N= -T=",
		"set-hook":       "-a -g -p -R -u -w -t=",
		"confirm-before": "-b -y -c= -p= -t=", "command-prompt": "-1 -b -F -k -i -I= -p= -t= -T=",
	}
}

// tmuxName is the full name of a command, which may be abbreviated or an alias; "" for
// one that runs nothing.
func tmuxName(word string) string {
	aliases := map[string]string{
		"new": "new-session", "neww": "new-window", "splitw": "split-window", "respawnp": "respawn-pane", "respawnw": "respawn-window", "run": "run-shell",
		"if": "if-shell", "pipep": "pipe-pane", "popup": "display-popup", "send": "send-keys", "source": "source-file", "bind": "bind-key", "confirm": "confirm-before",
	}
	if full, ok := aliases[word]; ok {
		return full
	}
	if word != "" {
		for name := range tmuxCommands() {
			if strings.HasPrefix(name, word) && len(word) > 3 {
				return name
			}
		}
	}
	return ""
}

// tmux reads its commands one after the other; ";" stands between them.
func tmux(r *reader, words []guard.Word, outer scene) {
	flags := &scanner{flags: flagsOf("-2 -8 -C -CC -D -h -l -N -q -u -v -V -c= -f= -L= -S= -T=")}
	flags.scan(words[1:])
	if text, ok := flags.value("-c"); ok && flags.why == "" {
		r.text(source{shell: "sh", text: text}, outer.inside("tmux -c"))
		return
	}
	if flags.why != "" {
		r.opaque(words, outer, "tmux: "+flags.why)
		return
	}
	before := len(r.operations)
	for _, command := range splitAtSemicolons(flags.rest) {
		r.tmuxCommand(command, words, outer)
	}
	if len(r.operations) == before {
		r.emit(outer.operation(words)) // it looks, or is a session of a person
	}
}

func splitAtSemicolons(words []guard.Word) [][]guard.Word {
	var commands [][]guard.Word
	var one []guard.Word
	for _, word := range words {
		text, ends := strings.CutSuffix(word.Text, ";")
		ends = ends && word.Reading == guard.Literal && !strings.HasSuffix(text, `\`)
		if ends {
			word.Text = text
		}
		if word.Text != "" || !ends {
			one = append(one, word)
		}
		if ends {
			commands, one = append(commands, one), nil
		}
	}
	return append(commands, one)
}

func (r *reader) tmuxCommand(command, words []guard.Word, outer scene) {
	if len(command) == 0 {
		return
	}
	const server = "the tmux server"
	if command[0].Reading != guard.Literal {
		r.opaque(words, outer, "tmux: its command is only known when it runs")
		return
	}
	name := tmuxName(command[0].Text)
	spec, found := tmuxCommands()[name]
	if !found {
		return
	}
	flags := &scanner{flags: flagsOf(spec)}
	flags.scan(command[1:])
	sc := outer.handed("tmux "+show(command[:len(command)-len(flags.rest)]), server)
	if dir, given := flags.value("-c"); given {
		sc.chdir(dir)
	} else if name != "new-session" {
		sc.dir = unknownDir("it is the directory of the tmux session")
	}
	rest := flags.rest
	switch {
	case flags.why != "":
		r.opaque(words, outer, "tmux: "+flags.why)
	case slices.Contains([]string{"source-file", "bind-key", "set-hook", "confirm-before", "command-prompt"}, name), flags.has("-C"):
		if len(rest) > 0 {
			r.opaque(words, outer, unseenBy(server)+"; guard does not read tmux's own commands there")
		}
	case name == "send-keys":
		r.keys(rest, flags.has("-l"), flags.has("-X"), words, outer, sc)
	case len(rest) == 0:
	case name == "if-shell":
		if !flags.has("-F") {
			r.handText(rest[0], words, outer, sc)
		}
		r.opaque(words, outer, unseenBy(server)+"; guard does not read tmux's own commands there")
	case len(rest) == 1:
		r.handText(rest[0], words, outer, sc)
	default:
		r.handWords(rest, words, outer, sc)
	}
}

// keys are typed into a pane: most likely into a shell.
func (r *reader) keys(rest []guard.Word, literal, own bool, words []guard.Word, outer, sc scene) {
	if own || len(rest) == 0 {
		return
	}
	text := ""
	for _, key := range rest {
		switch {
		case key.Reading != guard.Literal:
			r.opaque(words, outer, unseenBy(sc.server)+", and what is typed there is only known when it runs")
			return
		case literal:
			text += key.Text
		case slices.Contains([]string{"Enter", "C-m", "C-j", "KPEnter"}, key.Text):
			text += "\n"
		case key.Text == "Space":
			text += " "
		case len(key.Text) > 1 && slices.Contains([]string{"C-", "M-", "S-"}, key.Text[:2]),
			slices.Contains([]string{"Escape", "Tab", "Up", "Down", "Left", "Right", "BSpace", "Home", "End", "PageUp", "PageDown", "PPage", "NPage", "DC", "IC"}, key.Text):
			text += "\n" // whatever it does, it is no part of a command
		default:
			text += key.Text
		}
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	r.handText(guard.Lit(text), words, outer, sc)
}
