package shell

import "blastguard/guard"

// addLoaders adds those that load a program without an exec, and those that put
// something below it: a tracer, a library.
func addLoaders(table map[string]wrapper) {
	table["valgrind"] = wrapper{free: true, flags: "-h|--help --help-debug --help-dyn-options --version -q|--quiet -v|--verbose -d", stops: "-h --help-debug --help-dyn-options --version",
		writes: "--log-file --xml-file --callgrind-out-file --cachegrind-out-file --massif-out-file --dhat-out-file --xtree-memory-file --xtree-leak-file --exp-dhat-out-file"}
	table["qemu-user"] = wrapper{
		flags: "-h|-help|--help -version|--version -g= -L= -s= -cpu= -E= -U= -0= -r= -B= -R= -p= -d= -dfilter= -D= -singlestep -one-insn-per-tb " +
			"-strace -seed= -trace= -plugin= -perfmap -jitdump -t= -tb-size= -xlmon",
		stops: "-h -version", alone: "no program is named",
		on: map[string]action{"-E": setsEnv, "-U": unsetsEnv}, writes: "-D",
	}
	for _, name := range []string{"box64", "box86", "FEXInterpreter", "FEXLoader", "FEXBash"} {
		table[name] = wrapper{flags: "-v|--version -h|--help -t|--test", stops: "-v -h"}
	}
	table["proot"] = wrapper{
		flags: "-r|--rootfs= -b|--bind|-m|--mount= -q|--qemu= -w|--pwd|--cwd= -v|--verbose= -V|--version|--about -h|--help|--usage " +
			"-k|--kernel-release= -0|--root-id -i|--change-id= -R= -S= --kill-on-exit --link2symlink -l --sysvipc -H -p= -n",
		stops: "-V -h", alone: alonePlain,
		on: map[string]action{"-r": otherRoot, "-b": otherRoot, "-R": otherRoot, "-S": otherRoot, "-w": changesDir},
	}
	table["fakechroot"] = wrapper{
		flags: "-s|--use-system-libs -l|--lib= -d|--elfloader= -e|--environment= -c|--config-dir= -b|--bindir= -h|--help -v|--version",
		stops: "-h -v", alone: alonePlain,
	}
	table["rr"] = wrapper{whole: rr}
	addProfilers(table)
}

// addProfilers adds those that measure or place a program.
func addProfilers(table map[string]wrapper) {
	table["perf"] = wrapper{whole: perf}
	table["heaptrack"] = wrapper{writes: "-o", flags: "-o|--output= -r|--raw --record-only -q|--quiet -d|--debug -h|--help -v|--version -a|--analyze= -p|--pid= -i|--interpreter= --asan", stops: "-h -v -a -p"}
	table["uftrace"] = wrapper{whole: uftrace}
	table["numactl"] = wrapper{
		flags: "-i|--interleave= -w|--weighted-interleave= -P|--preferred-many= -p|--preferred= -m|--membind= -N|--cpunodebind= -C|--physcpubind= -b|--balancing -l|--localalloc " +
			"-a|--all -H|--hardware -s|--show --help --version -S|--shm= -f|--file= -L|--length= -o|--offset= -D|--dump -V",
		stops: "-H -s --help --version -S -f -V",
	}
	table["cgexec"] = wrapper{flags: "-g= --sticky -r -b -h|--help", stops: "-h"}
	table["cpulimit"] = wrapper{flags: "-l|--limit= -v|--verbose -z|--lazy -i|--include-children -h|--help -p|--pid= -e|--exe= -P|--path= -b|--background -f|--foreground -q|--quiet -m|--monitor-forks", stops: "-h -p -e -P"}
	table["choom"] = wrapper{flags: "-n|--adjust= -p|--pid= -h|--help -V|--version", stops: "-p -h -V"}
	table["faketime"] = wrapper{flags: "-m -f --exclude-monotonic -p= --date-prog= --disable-fork --help --version", stops: "--help --version", operands: 1}
	for _, name := range []string{"gdb", "lldb"} {
		table[name] = wrapper{whole: debugger}
	}
}

// rr: only "rr record PROGRAM" and "rr PROGRAM" run something.
func rr(r *reader, words []guard.Word, outer scene) {
	const record = "-c|--num-cpu-ticks= -e= -F|--force-syscall-buffer -h|--chaos -i|--ignore-signal= -n|--no-syscall-buffer -o|--output-trace-dir= -p|--print-trace-dir= " +
		"-s|--always-switch -t|--continue-through-signal= -u|--cpu-unbound -v|--env= -w|--wait --help --nested= --num-cores= --no-read-cloning --no-file-cloning --scarce-fds --setuid-sudo --asan"
	if len(words) > 1 && words[1].Reading == guard.Literal {
		switch words[1].Text {
		case "replay", "ps", "ls", "dump", "pack", "sources", "traceinfo", "rerun", "mv", "rm", "cpufeatures", "buildid", "explicit-sources", "filter", "help", "--help", "--version":
			r.emit(outer.operation(words))
			return
		case "record":
			r.wrap(wrapper{flags: record, stops: "--help", skip: 1}, words, outer)
			return
		}
	}
	r.wrap(wrapper{flags: record, stops: "--help"}, words, outer)
}

// perf: record, stat, trace and their like may run a program.
func perf(r *reader, words []guard.Word, outer scene) {
	const flags = "-e|--event= -o|--output= -a|--all-cpus -g --call-graph= -F|--freq= -c|--count= -p|--pid= -t|--tid= -r|--repeat= -C|--cpu= -d|--detailed -i|--no-inherit -q|--quiet " +
		"-v|--verbose -s|--summary|--stat -S|--with-summary -T|--timestamp -I|--interval-print= -x|--field-separator= -B|--big-num -G|--cgroup= -m|--mmap-pages= -b|--branch-any " +
		"-D|--delay= --per-thread --all-user --all-kernel --append --no-buildid -N --no-big-num -M|--metrics= --null -n --topdown --duration= -f|--force -k|--clockid= -W|--weight --"
	if len(words) < 2 || words[1].Reading == guard.AnyNumber {
		r.opaque(words, outer, "perf: what it does is only known when it runs")
		return
	}
	switch words[1].Text {
	case "record", "stat", "trace", "mem", "c2c", "kmem", "lock", "sched", "kvm", "iostat", "ftrace":
		r.wrap(wrapper{flags: flags, stops: "-p -t", skip: 1, writes: "-o", appends: "--append"}, words, outer)
	default:
		r.emit(outer.operation(words))
	}
}

// uftrace: "uftrace record PROGRAM", "uftrace live PROGRAM", "uftrace PROGRAM".
func uftrace(r *reader, words []guard.Word, outer scene) {
	skip := 0
	if len(words) > 1 && words[1].Reading == guard.Literal {
		switch words[1].Text {
		case "replay", "report", "dump", "graph", "info", "script", "recv", "tui", "--help", "--version", "-h", "-V":
			r.emit(outer.operation(words))
			return
		case "record", "live":
			skip = 1
		}
	}
	r.wrap(wrapper{free: true, skip: skip, flags: "-d|--data= -F|--filter= -N|--notrace= -D|--depth= -t|--time-filter= -a|--auto-args -k|--kernel -l|--nest-libcall -P|--patch= -A|--argument= -R|--retval= -T|--trigger= -f= -b|--buffer="},
		words, outer)
}

// debugger: what follows --args, or "--" of lldb, is the program. It runs when it
// is told to, by commands that guard does not read.
func debugger(r *reader, words []guard.Word, outer scene) {
	op := outer.operation(words)
	r.emit(op)
	for i, word := range words[1:] {
		if text := word.Text; word.Reading == guard.Literal && (text == "--args" || text == "-args" || text == "--") && len(words) > i+2 {
			r.run(words[i+2:], outer.inside(show(words[:i+2])))
			return
		}
	}
}
