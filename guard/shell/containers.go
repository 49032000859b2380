package shell

import (
	"slices"
	"strings"

	"blastguard/guard"
)

// addContainers adds those that run a command in a container.
func addContainers(table map[string]wrapper) {
	for _, name := range []string{"docker", "podman", "nerdctl"} {
		table[name] = wrapper{whole: container}
	}
	table["kubectl"], table["oc"] = wrapper{whole: kubectl}, wrapper{whole: kubectl}
	table["lxc"], table["incus"] = wrapper{whole: lxc}, wrapper{whole: lxc}
	table["machinectl"] = wrapper{whole: machinectl}
}

const (
	dockerGlobal = "--config= -c|--context= -D|--debug -H|--host= -l|--log-level= --tls --tlscacert= --tlscert= --tlskey= --tlsverify -v|--version " +
		"--cgroup-manager= --connection= --root= --runroot= --url= --identity= --storage-driver= --storage-opt= --remote -r -n|--namespace= -a|--address= --help"
	dockerExec = "-d|--detach --detach-keys= -e|--env= --env-file= -i|--interactive -t|--tty --privileged -u|--user= -w|--workdir= -l|--latest --preserve-fds= -T|--no-TTY --index= -it -ti --help"
	// composeGlobal are those of docker compose, before its verb.
	composeGlobal = "-f|--file= -p|--project-name= --profile= --env-file= --project-directory= --ansi= --compatibility --parallel= --progress= --dry-run"
)

// container: docker exec CONTAINER PROGRAM. What docker run starts is the image's, in a
// root of its own, and what else docker does is decided as docker.
func container(r *reader, words []guard.Word, outer scene) {
	flags := &scanner{flags: flagsOf(dockerGlobal)}
	flags.scan(words[1:])
	rest := flags.rest
	for len(rest) > 0 && flags.why == "" && slices.Contains([]string{"container", "compose"}, rest[0].Text) && rest[0].Reading == guard.Literal {
		inner := &scanner{flags: flagsOf(composeGlobal)}
		inner.scan(rest[1:])
		rest, flags.why = inner.rest, inner.why
	}
	if flags.why != "" || len(rest) == 0 || rest[0].Reading != guard.Literal || rest[0].Text != "exec" {
		r.emit(outer.operation(words))
		return
	}
	inner := &scanner{flags: flagsOf(dockerExec)}
	inner.scan(rest[1:])
	r.inContainer(inner, words, outer)
}

// inContainer: flags, the container, the program.
func (r *reader) inContainer(flags *scanner, words []guard.Word, outer scene) {
	rest := flags.rest
	if flags.why != "" || len(rest) == 0 || rest[0].Reading == guard.AnyNumber {
		r.opaque(words, outer, base(words[0].Text)+": "+firstOf(flags.why, "guard cannot tell what it runs, or where"))
		return
	}
	server := "the container " + hostOf(rest[0])
	program := rest[1:]
	if len(program) > 0 && program[0].Text == "--" {
		program = program[1:]
	}
	r.handWords(program, words, outer, outer.elsewhere(show(words[:len(words)-len(program)]), server))
}

// kubectl exec POD -- PROGRAM, kubectl exec POD PROGRAM.
func kubectl(r *reader, words []guard.Word, outer scene) {
	const global = "-n|--namespace= --context= --cluster= --user= --kubeconfig= -s|--server= --token= --as= --as-group= --as-uid= --cache-dir= --request-timeout= -v|--v= " +
		"--insecure-skip-tls-verify --certificate-authority= --client-certificate= --client-key= --tls-server-name= --match-server-version --profile= --warnings-as-errors --username= --password="
	const own = " -c|--container= -i|--stdin -t|--tty -q|--quiet --pod-running-timeout= -f|--filename= -it -ti"
	flags := &scanner{flags: flagsOf(global)}
	flags.scan(words[1:])
	if flags.why != "" || len(flags.rest) == 0 || flags.rest[0].Reading != guard.Literal || !slices.Contains([]string{"exec", "rsh"}, flags.rest[0].Text) {
		r.emit(outer.operation(words))
		return
	}
	inner := &scanner{flags: flagsOf(global + own)}
	inner.scan(flags.rest[1:])
	if len(inner.rest) > 1 && !inner.ended && strings.HasPrefix(inner.rest[1].Text, "-") && inner.rest[1].Text != "--" {
		// Flags may follow the pod.
		more := &scanner{flags: inner.flags}
		more.scan(inner.rest[1:])
		inner.why = firstOf(inner.why, more.why)
		inner.rest = append(inner.rest[:1:1], more.rest...)
	}
	r.inContainer(inner, words, outer)
}

// lxc exec NAME [flags] -- PROGRAM.
func lxc(r *reader, words []guard.Word, outer scene) {
	if len(words) < 3 || words[1].Text != "exec" || words[2].Reading == guard.AnyNumber {
		r.emit(outer.operation(words))
		return
	}
	flags := &scanner{flags: flagsOf("--cwd= --disable-stdin --env= -n|--force-noninteractive -t|--force-interactive --group= --mode= -T --user= --project= -q|--quiet --debug -v|--verbose")}
	flags.scan(words[3:])
	flags.rest = append(words[2:3:3], flags.rest...)
	r.inContainer(flags, words, outer)
}

// machinectl shell [USER@]NAME PROGRAM; .host is this one.
func machinectl(r *reader, words []guard.Word, outer scene) {
	flags := &scanner{flags: flagsOf("-H|--host= -M|--machine= -q|--quiet --uid= -E|--setenv= --no-pager --no-ask-password -h|--help --version --user --system -l|--full --all -a")}
	flags.scan(words[1:])
	if flags.why != "" || len(flags.rest) == 0 || flags.rest[0].Text != "shell" {
		r.emit(outer.operation(words))
		return
	}
	after := &scanner{flags: flags.flags}
	after.scan(flags.rest[1:])
	if len(after.rest) == 0 && after.why == "" {
		after.rest = guard.Lits(".host")
	}
	if after.why == "" && hostOf(after.rest[0]) == ".host" {
		sc := outer.handed(show(words[:len(words)-max(0, len(after.rest)-1)]), "systemd")
		r.become(&sc, guard.Lit("root"))
		sc.login()
		r.handWords(after.rest[min(1, len(after.rest)):], words, outer, sc)
		return
	}
	r.inContainer(after, words, outer)
}
