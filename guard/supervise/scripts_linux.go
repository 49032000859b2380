//go:build linux && (amd64 || arm64)

package supervise

import "blastguard/guard/program"

// isShell: the files that a program of that name opens are looked at, and whom it
// signals: it is a shell, or may be one inside, or make, which writes files by itself
// too ($(file >NAME,TEXT)).
func isShell(name []byte) bool {
	return program.Of(string(name)).Is(program.Shell | program.Executor | program.Loader)
}

// interprets: the first operand of a program of that name is a script.
func interprets(comm string) bool {
	return program.Of(comm).Is(program.Shell | program.Language)
}
