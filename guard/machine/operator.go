package machine

import (
	"cmp"
	"os"
	"strconv"
	"strings"

	"blastguard/guard"
)

// Operator is who typed the command: the process's uids, the login uid that the
// kernel's audit keeps across sudo and su (-1 when unset), sudo's caller, the
// terminal, the processes above (at most 32), and the address of the ssh client
// from the process's environment or that of the nearest ancestor that has it
// and may be read.
//
// Name is that of sudo's caller, else of the login uid, else of the real uid.
// SUDO_USER and SSH_CONNECTION are what the environment says; only the numbers
// come from the kernel.
func Operator(env []string) guard.Operator {
	operator := guard.Operator{
		UID: os.Getuid(), EUID: os.Geteuid(), LoginUID: loginUID(),
		SudoUser: variable(env, "SUDO_USER"), TTY: tty(), Ancestry: ancestry(),
	}
	operator.Name = name(operator)
	operator.SSH = sshClient(env, operator.Ancestry)
	return operator
}

func name(operator guard.Operator) string {
	passwd := read(passwdFile, passwdLimit)
	login, _ := lookup(passwd, strconv.Itoa(operator.LoginUID))
	real, _ := lookup(passwd, strconv.Itoa(operator.UID))
	return cmp.Or(operator.SudoUser, login.Name, real.Name)
}

// sshClient is the first word of SSH_CONNECTION: the client's address. sudo
// strips the variable, so the ancestors are asked too.
func sshClient(env []string, ancestry []guard.Process) string {
	if client := client(variable(env, "SSH_CONNECTION")); client != "" {
		return client
	}
	for _, process := range ancestry {
		if client := client(variable(environment(process.PID), "SSH_CONNECTION")); client != "" {
			return client
		}
	}
	return ""
}

func client(connection string) string {
	address, _, _ := strings.Cut(strings.TrimSpace(connection), " ")
	return address
}
