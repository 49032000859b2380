package playbook

import (
	"strconv"
	"strings"

	"blastguard/guard"
)

// signalsOwn: the program kill is given nothing but processes that the run has
// started itself, as the builtin of that name may be; belongs tells them.
func signalsOwn(op guard.Operation, belongs func(pid int) bool) bool {
	if op.On != "" || len(op.Args) == 0 {
		return false
	}
	args := op.Args
	switch op.Program {
	case "kill":
	case "pkill":
		return signalsChildren(args, belongs)
	default:
		return false
	}
	if strings.HasPrefix(args[0].Text, "-") && args[0].Text != "--" {
		if args[0].Text == "-s" && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) > 0 && args[0].Text == "--" {
		args = args[1:]
	}
	for _, word := range args {
		pid, err := strconv.Atoi(word.Text)
		if err != nil || pid <= 0 || !belongs(pid) {
			return false
		}
	}
	return len(args) > 0
}

// signalWord: -9 or -TERM, and no flag.
func signalWord(word string) bool {
	name, flag := strings.CutPrefix(word, "-")
	_, err := strconv.Atoi(name)
	return flag && (err == nil || len(name) > 2 && strings.ToUpper(name) == name)
}

// signalsChildren: pkill is given a process of the run, whose children are the run's
// too: pkill -P $$. With a pattern it finds fewer of them.
func signalsChildren(args []guard.Word, belongs func(pid int) bool) bool {
	if len(args) > 0 && signalWord(args[0].Text) {
		args = args[1:]
	}
	if len(args) < 2 || args[0].Text != "-P" {
		return false
	}
	pid, err := strconv.Atoi(args[1].Text)
	for _, word := range args[2:] {
		if strings.HasPrefix(word.Text, "-") {
			return false
		}
	}
	return err == nil && pid > 0 && belongs(pid)
}
