//go:build linux && (amd64 || arm64)

package supervise

import (
	"bytes"
	"strings"
)

// shells run the text of a script by executing programs, and do little else by
// themselves; interpreters do most of their work without executing anything.
var (
	shells = setOf("sh", "ash", "dash", "bash", "rbash", "zsh", "ksh", "ksh93", "mksh", "fish", "csh", "tcsh", "yash", "posh", "oksh", "lksh", "rksh")
	// makers write files by themselves too: $(file >NAME,TEXT).
	makers       = setOf("make", "gmake")
	interpreters = setOf("python", "pypy", "perl", "ruby", "node", "nodejs", "php", "lua", "luajit", "tclsh", "awk", "gawk", "mawk", "nawk")
)

func setOf(names ...string) map[string]struct{} {
	set := make(map[string]struct{}, len(names))
	for _, name := range names {
		set[name] = struct{}{}
	}
	return set
}

// isShell: a program of that name is a shell, or may be one inside. It allocates
// nothing.
func isShell(name []byte) bool {
	if _, found := shells[string(name)]; found {
		return true
	}
	if _, found := makers[string(name)]; found {
		return true
	}
	_, found := shells[string(bytes.TrimRight(name, versionDigits))]
	return found || runsInside(name)
}

// interprets: the first operand of a program of that name is a script.
func interprets(comm string) bool {
	name := strings.TrimRight(comm, versionDigits)
	_, script := interpreters[name]
	_, shell := shells[name]
	return script || shell
}

// versionDigits may stand behind a name: python3.11, ksh93.
const versionDigits = "0123456789.-"
