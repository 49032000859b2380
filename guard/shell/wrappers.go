package shell

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"blastguard/guard"
)

// action is what a flag of a wrapper does to the scene inside it.
type action = func(r *reader, sc *scene, value guard.Word)

// setsid forks where it leads a process group, as under "set -m", and waits for the
// program only when it is told to.
func setsid(r *reader, c wrapped) {
	if len(c.rest) == 0 {
		r.emit(c.outer.operation(c.words))
		return
	}
	c.sc.background = c.sc.background || !c.flags.has("-w")
	r.run(c.rest, c.sc)
}

func inBackground(_ *reader, sc *scene, _ guard.Word) { sc.background = true }
func becomes(r *reader, sc *scene, who guard.Word)    { r.become(sc, who) }
func changesDir(_ *reader, sc *scene, to guard.Word)  { sc.chdir(to) }
func clearsEnv(_ *reader, sc *scene, _ guard.Word) {
	sc.env, sc.envComplete = map[string]string{}, true
}
func forgetsEnv(_ *reader, sc *scene, _ guard.Word)   { sc.forgetEnv() }
func unsetsEnv(_ *reader, sc *scene, name guard.Word) { sc.unsetenv(name) }
func setsEnv(_ *reader, sc *scene, entry guard.Word) {
	if name, value, ok := assignment(entry, true); ok {
		sc.setenv(name, value)
		return
	}
	sc.forgetEnv()
}
func forgetsDir(_ *reader, sc *scene, _ guard.Word) {
	sc.dir = unknownDir("the wrapper chooses the directory")
}
func otherRoot(_ *reader, sc *scene, _ guard.Word) { sc.opaque = rootReason }

const (
	rootReason = "it runs in another root or namespace, where a path is not the same file"
	alonePlain = "without a program it starts an interactive shell"
)

// wrappers is the table of programs that run another program. A flag that its
// line does not name makes the whole command opaque. It does not change.
var wrappers = sync.OnceValue(newWrappers)

func newWrappers() map[string]wrapper {
	table := schedulingWrappers()
	for _, more := range []map[string]wrapper{sessionWrappers(), tracingWrappers(), rootWrappers()} {
		maps.Copy(table, more)
	}
	table["parallel"] = wrapper{whole: opaqueWhole("guard does not read what GNU parallel makes of its input")}
	table["busybox"], table["toybox"] = wrapper{whole: applets}, wrapper{whole: applets}
	table["lvm"] = wrapper{whole: applets}
	table["find"] = wrapper{whole: find}
	addUserWrappers(table)
	addServers(table)
	addLoaders(table)
	addRooms(table)
	addTextWrappers(table)
	addShellWords(table)
	return table
}

// schedulingWrappers change when, how long and how fast a program runs.
func schedulingWrappers() map[string]wrapper {
	return map[string]wrapper{
		"nohup": {flags: "--help --version", stops: "--help --version"},
		"nice":  {flags: "-n|--adjustment= --help --version", digits: true, stops: "--help --version"},
		"ionice": {
			flags: "-c|--class= -n|--classdata= -t|--ignore -p|--pid= -P|--pgid= -u|--uid= -h|--help -V|--version",
			stops: "-p -P -u -h -V",
		},
		"chrt": {
			flags: "-b|--batch -d|--deadline -e|--ext -f|--fifo -i|--idle -o|--other -r|--rr -R|--reset-on-fork " +
				"-T|--sched-runtime= -P|--sched-period= -D|--sched-deadline= -a|--all-tasks -m|--max -p|--pid -v|--verbose -h|--help -V|--version",
			stops: "-p -m -h -V", operands: 1,
		},
		"taskset": {
			flags: "-a|--all-tasks -c|--cpu-list -p|--pid -h|--help -V|--version",
			stops: "-p -h -V", operands: 1,
		},
		"timeout": {
			flags: "-k|--kill-after= -s|--signal= -f|--foreground -p|--preserve-status -v|--verbose --help --version",
			stops: "--help --version", operands: 1,
		},
		"time": {
			flags: "-a|--append -f|--format= -o|--output= -p|--portability -q|--quiet -v|--verbose -V|--version -h|--help",
			stops: "-V -h", writes: "-o", appends: "-a",
		},
		"stdbuf": {flags: "-i|--input= -o|--output= -e|--error= --help --version", stops: "--help --version"},
	}
}

// sessionWrappers change what surrounds a program: its session, limits,
// credentials, unit.
func sessionWrappers() map[string]wrapper {
	return map[string]wrapper{
		"setsid": {flags: "-c|--ctty -f|--fork -w|--wait -h|--help -V|--version", stops: "-h -V", then: setsid},
		"setarch": {flags: "-B|--32bit -F|--fdpic-funcptrs -I|--short-inode -L|--addr-compat-layout -R|--addr-no-randomize " +
			"-S|--whole-seconds -T|--sticky-timeouts -X|--read-implies-exec -Z|--mmap-page-zero -3|--3gb -v|--verbose --uname-2.6 --list -h|--help -V|--version",
			stops: "--list -h -V", alone: alonePlain, then: setarch},
		"catchsegv": {}, "eatmydata": {flags: "--"}, "unbuffer": {flags: "-p"},
		"dbus-run-session": {flags: "--config-file= --dbus-daemon= --help --version", stops: "--help --version"},
		"fakeroot":         {flags: "-l|--lib= --faked= -s= -i= -u|--unknown-is-real -b= -h -v", stops: "-h -v", alone: alonePlain},
		"prlimit": {
			flags: "-p|--pid= -o|--output= --noheadings --raw --verbose -h|--help -V|--version -c|--core? -d|--data? -e|--nice? -f|--fsize? " +
				"-i|--sigpending? -l|--memlock? -m|--rss? -n|--nofile? -q|--msgqueue? -r|--rtprio? -s|--stack? -t|--cpu? -u|--nproc? -v|--as? -x|--locks? -y|--rttime?",
			stops: "-p -h -V",
		},
		"setpriv": {
			flags: "-d|--dump --nnp|--no-new-privs --ambient-caps= --inh-caps= --bounding-set= --list-caps --ruid= --euid= --reuid= --rgid= --egid= --regid= " +
				"--clear-groups --keep-groups --init-groups --groups= --securebits= --pdeathsig= --ptracer= --selinux-label= --apparmor-profile= --reset-env -h|--help -V|--version",
			stops: "-d --list-caps -h -V",
			on:    map[string]action{"--reuid": becomes, "--euid": becomes, "--reset-env": forgetsEnv},
		},
		"systemd-run": {
			flags: "--user --system --scope -u|--unit= -p|--property= --description= --slice= --slice-inherit --expand-environment= -r|--remain-after-exit " +
				"--send-sighup --service-type= --uid= --gid= --nice= --working-directory= -d|--same-dir -E|--setenv= -t|--pty -P|--pipe -S|--shell -q|--quiet " +
				"-G|--collect --no-block --wait --no-ask-password -H|--host= -M|--machine= --on-active= --on-boot= --on-startup= --on-unit-active= " +
				"--on-unit-inactive= --on-calendar= --on-clock-change --on-timezone-change --path-property= --socket-property= --timer-property= -h|--help --version",
			stops: "-h --version", alone: alonePlain,
			enter: func(r *reader, sc *scene) {
				r.become(sc, guard.Lit("root"))
				sc.dir = guard.Lit("/")
			},
			then: systemdRun,
			on: map[string]action{
				"--uid": becomes, "--working-directory": changesDir, "-E": setsEnv,
				"-p": func(r *reader, sc *scene, property guard.Word) {
					r.become(sc, guard.Word{})
					sc.dir = unknownDir("a property of the unit may choose the directory")
					r.unitProperty(sc, property)
				},
				"-H": otherRoot, "-M": otherRoot,
			},
		},
	}
}

// unitProperty is a property of a unit that writes a file or runs something itself.
func (r *reader) unitProperty(sc *scene, property guard.Word) {
	name, value, _ := strings.Cut(property.Text, "=")
	kind, path, _ := strings.Cut(value, ":")
	switch {
	case strings.HasPrefix(name, "Exec"):
		r.text(source{shell: "sh", text: guard.Lit(strings.TrimLeft(value, "-@:+!|"))}, *sc)
	case name == "TTYPath":
		r.writes(guard.Lit(value), *sc, "append")
	case name == "Environment" && strings.Contains(value, posixly):
		sc.setenv(posixly, guard.Lit(""))
	case name != "StandardOutput" && name != "StandardError":
	case kind == "file" || kind == "truncate":
		r.writes(guard.Lit(path), *sc, "truncate")
	case kind == "append":
		r.writes(guard.Lit(path), *sc, "append")
	}
}

// posixly is the variable that ends the flags of GNU's programs at their first operand.
const posixly = "POSIXLY_CORRECT"

// setarch may name an architecture before the program; linux32 and its like do not.
func setarch(r *reader, c wrapped) {
	architectures := []string{
		"linux32", "linux64", "uname26", "i386", "i486", "i586", "i686", "athlon", "x86_64", "aarch64", "armv7l", "armh", "arm", "ppc", "ppc64", "ppc64le",
		"ppcle", "ppc32", "s390", "s390x", "sparc", "sparc64", "sparc32", "mips", "mips32", "mips64", "ia64", "alpha", "parisc", "parisc64", "riscv32", "riscv64", "loongarch64",
	}
	if len(c.rest) > 0 && base(c.words[0].Text) == "setarch" {
		switch {
		case c.rest[0].Reading != guard.Literal:
			r.opaque(c.words, c.outer, "setarch: "+guard.Printable(c.rest[0].Text)+" may be an architecture or a program")
			return
		case slices.Contains(architectures, c.rest[0].Text):
			again := &scanner{flags: c.flags.flags}
			again.scan(c.rest[1:])
			if again.why != "" {
				r.opaque(c.words, c.outer, "setarch: "+again.why)
				return
			}
			c.rest = again.rest
		}
	}
	if len(c.rest) == 0 {
		r.opaque(c.words, c.outer, "setarch: "+alonePlain)
		return
	}
	c.sc.via = c.outer.inside(show(c.words[:len(c.words)-len(c.rest)])).via
	r.run(c.rest, c.sc)
}

// tracingWrappers watch a program.
func tracingWrappers() map[string]wrapper {
	return map[string]wrapper{
		"strace": {
			flags: "-A -C -c -d -D -f -ff -F -h|--help -i -k -n -q -qq -qqq -r -t -tt -ttt -T -v -V|--version -w -x -xx -y -yy -z -Z -N -Y -a|--columns= -b|--detach-on= " +
				"-e|--trace= -E|--env= -I|--interruptible= -o|--output= -O|--summary-syscall-overhead= -p|--attach= -P|--trace-path= -s|--string-limit= -S|--summary-sort-by= " +
				"-u|--user= -U|--summary-columns= -X|--const-print-style= --follow-forks --output-separately --quiet? --summary --summary-only --timestamps? --syscall-times? --seccomp-bpf",
			stops: "-h -V", on: map[string]action{"-u": becomes, "-E": setsEnv}, then: strace,
		},
		"ltrace": {
			flags: "-a= -A= -b -c -C -D= -e= -f -F= -h -i -l= -L -n= -o= -p= -r -s= -S -t -tt -ttt -T -u= -V -w= -x=",
			stops: "-h -V", writes: "-o", on: map[string]action{"-u": becomes},
		},
	}
}

// strace writes to a file, or to a shell command after | or !.
func strace(r *reader, c wrapped) {
	to, given := c.flags.value("-o")
	switch {
	case given && to.Reading == guard.Literal && strings.IndexAny(to.Text, "|!") == 0:
		r.text(source{shell: "sh", text: guard.Lit(to.Text[1:])}, c.outer.inside("strace -o"))
	default:
		r.files(c.flags, "-o", "-A", c.outer)
	}
	if len(c.rest) == 0 {
		r.emit(c.outer.operation(c.words))
		return
	}
	r.run(c.rest, c.sc)
}

// rootWrappers give a program another root, other namespaces or another loader.
func rootWrappers() map[string]wrapper {
	return map[string]wrapper{
		"chroot": {
			flags: "--groups= --userspec= --skip-chdir --help --version", stops: "--help --version",
			operands: 1, alone: alonePlain, inside: rootReason,
			on: map[string]action{"--userspec": func(r *reader, sc *scene, _ guard.Word) { r.become(sc, guard.Word{}) }},
		},
		"unshare": {
			flags: "-m|--mount-ns -u -i -n -p -U -C -T --mount? --uts? --ipc? --net? --pid? --user? --cgroup? --time? --mount-proc? --mount-binfmt? " +
				"--map-user= --map-group= --map-users= --map-groups= -r|--map-root-user -c|--map-current-user --map-auto --propagation= --setgroups= " +
				"-f|--fork --kill-child? --keep-caps -R|--root= -w|--wd= -S|--setuid= -G|--setgid= --monotonic= --boottime= -h|--help -V|--version",
			stops: "-h -V", alone: alonePlain, inside: rootReason,
		},
		"nsenter": {
			flags: "-a|--all -t|--target= -m -u -i -n -p -C -U -T --mount? --uts? --ipc? --net? --pid? --cgroup? --user? --time? -S|--setuid= -G|--setgid= " +
				"--preserve-credentials --keep-caps -r -w -W= --root? --wd? --wdns= -e|--env -F|--no-fork -Z|--follow-context -c|--join-cgroup -h|--help -V|--version",
			stops: "-h -V", alone: alonePlain, inside: rootReason,
		},
		"ld.so": {
			flags: "--list --verify --inhibit-cache --library-path= --glibc-hwcaps-prepend= --glibc-hwcaps-mask= --inhibit-rpath= --audit= --preload= --argv0= " +
				"--list-tunables --list-diagnostics --help --version",
			stops: "--list --verify --list-tunables --list-diagnostics --help --version",
		},
	}
}

func opaqueWhole(reason string) func(*reader, []guard.Word, scene) {
	return func(r *reader, words []guard.Word, sc scene) { r.opaque(words, sc, reason) }
}

// systemdRun: a unit of the user's own manager, or a scope, keeps the account;
// a scope is run by systemd-run itself, where it stands.
func systemdRun(r *reader, c wrapped) {
	scope := c.flags.has("--scope")
	if c.sc.account.Known && (scope || c.flags.has("--user")) && !c.flags.has("--uid") {
		c.sc.account = c.outer.account
	}
	if !c.flags.has("-p") && !c.flags.has("--working-directory") {
		switch {
		case scope || c.flags.has("-d"):
			c.sc.dir = c.outer.dir
		case c.flags.has("--user"):
			forgetsDir(r, &c.sc, guard.Word{})
		}
	}
	if len(c.rest) == 0 {
		r.opaque(c.words, c.outer, "systemd-run: "+alonePlain)
		return
	}
	if !scope {
		c.sc.server, c.sc.background = "systemd", true
		if c.flags.has("-H") || c.flags.has("-M") {
			c.sc.far, c.sc.opaque = true, ""
		}
	}
	r.run(c.rest, c.sc)
}

// applets: the first word of busybox, toybox and lvm is the program.
func applets(r *reader, words []guard.Word, sc scene) {
	if len(words) == 1 || words[1].Reading == guard.Literal && len(words[1].Text) > 0 && words[1].Text[0] == '-' {
		r.emit(sc.operation(words))
		return
	}
	r.run(words[1:], sc.inside(show(words[:1])))
}
