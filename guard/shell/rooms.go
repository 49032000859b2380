package shell

import (
	"slices"
	"strings"

	"blastguard/guard"
)

const sandboxReason = "it runs in a sandbox, where a path may not be the same file"

// addRooms adds those that give a program another network, another sandbox, another
// session, or run it when something happens.
func addRooms(table map[string]wrapper) {
	table["ip"] = wrapper{whole: ipExec}
	table["firejail"] = wrapper{
		free: true, flags: "-? --help -c -h -v|--version --list --tree --top --netstats --shutdown= --audit?", stops: "-? --help -h -v --list --tree --top --netstats --shutdown",
		alone: alonePlain, inside: sandboxReason,
	}
	table["entr"] = wrapper{flags: "-a -c -d -n -p -r -s -x -z -h", stops: "-h", then: entr}
	for _, name := range []string{"linux32", "linux64", "uname26", "i386", "x86_64"} {
		table[name] = table["setarch"]
	}
	table["chronic"] = wrapper{flags: "-v -e"}
	table["ifne"] = wrapper{flags: "-n"}
	table["run-one"], table["torsocks"], table["torify"], table["tsocks"] = wrapper{}, wrapper{}, wrapper{}, wrapper{}
	table["proxychains"] = wrapper{flags: "-q -f="}
	table["proxychains4"] = table["proxychains"]
	table["dumb-init"] = wrapper{flags: "-c|--single-child -r|--rewrite= -v|--verbose -h|--help -V|--version", stops: "-h -V"}
	table["tini"] = wrapper{flags: "-s -p= -v -w -g -e= -l --version -h", stops: "--version -h -l"}
	table["systemd-inhibit"] = wrapper{
		flags: "--what= --who= --why= --mode= --list --no-pager --no-legend -h|--help --version", stops: "--list -h --version",
	}
	table["systemd-cat"] = wrapper{flags: "-t|--identifier= -p|--priority= --stderr-priority= --level-prefix= --namespace= -h|--help --version", stops: "-h --version"}
	table["runcon"] = wrapper{flags: "-c|--compute -t|--type= -u|--user= -r|--role= -l|--range= --help --version", stops: "--help --version", then: runcon}
	table["aa-exec"] = wrapper{flags: "-p|--profile= -n|--namespace= -i|--immediate -d|--debug -v|--verbose -h|--help", stops: "-h"}
	table["xvfb-run"] = wrapper{
		flags: "-a|--auto-servernum -d|--auto-display -e|--error-file= -f|--auth-file= -h|--help -l|--listen-tcp -n|--server-num= -p|--xauth-protocol= -s|--server-args= -w|--wait=", stops: "-h",
	}
	table["sem"] = wrapper{whole: opaqueWhole("guard does not read what GNU parallel makes of its words")}
}

// runcon CONTEXT PROGRAM, or the context by flags.
func runcon(r *reader, c wrapped) {
	if !slices.ContainsFunc([]string{"-t", "-u", "-r", "-l", "-c"}, c.flags.has) && len(c.rest) > 0 {
		c.rest = c.rest[1:]
	}
	if len(c.rest) == 0 {
		r.emit(c.outer.operation(c.words))
		return
	}
	r.run(c.rest, c.sc)
}

// entr runs its words for each change, or a text with -s; /_ is the file that changed.
func entr(r *reader, c wrapped) {
	const reason = "entr puts the file there that changed"
	switch {
	case len(c.rest) == 0:
		r.opaque(c.words, c.outer, "entr: no program is named")
	case c.flags.has("-s"):
		r.text(source{shell: "sh", text: c.rest[0]}, c.sc)
	default:
		r.run(replaced(c.rest, "/_", reason), c.sc)
	}
}

// ipExec: ip netns exec NAME PROGRAM, ip vrf exec NAME PROGRAM. Objects and words may be
// abbreviated; all else that ip does is its own.
func ipExec(r *reader, words []guard.Word, outer scene) {
	flags := &scanner{flags: flagsOf("-V|-Version -h|-human -s|-statistics -d|-details -l|-loops= -f|-family= -4 -6 -B -M -0 -o|-oneline -r|-resolve -n|-netns= " +
		"-N|-Numeric -a|-all -c? -color? -t|-timestamp -ts|-tshort -rc|-rcvbuf= -iec -br|-brief -j|-json -p|-pretty -b|-batch= -force -echo")}
	flags.scan(words[1:])
	rest := flags.rest
	if flags.has("-b") {
		r.opaque(words, outer, "ip: guard does not read its batch")
		return
	}
	literal := func(i int) string {
		if i < len(rest) && rest[i].Reading == guard.Literal {
			return rest[i].Text
		}
		return ""
	}
	object, verb := literal(0), literal(1)
	namespace := len(object) > 2 && strings.HasPrefix("netns", object)
	domain := object != "" && strings.HasPrefix("vrf", object)
	if flags.why != "" || !namespace && !domain || verb == "" || !strings.HasPrefix("exec", verb) {
		r.emit(outer.operation(words))
		return
	}
	rest = rest[2:]
	if !(namespace && flags.has("-a")) {
		if len(rest) < 2 || rest[0].Reading == guard.AnyNumber {
			r.opaque(words, outer, "ip: no program is named, or guard cannot tell which")
			return
		}
		rest = rest[1:]
	}
	if len(rest) == 0 {
		r.opaque(words, outer, "ip: no program is named")
		return
	}
	r.run(rest, outer.inside(show(words[:len(words)-len(rest)])))
}
