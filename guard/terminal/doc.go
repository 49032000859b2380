// Package terminal puts a terminal between a person's terminal and a program,
// so that guard can take the screen for a question and give it back.
//
// The program has a pseudo terminal of its own. Between that and the outer
// terminal one goroutine copies both ways:
//
//	outer terminal (raw) ◄──► Session ◄──► master ═ slave ◄──► the program and its jobs
//
// Job control, Ctrl-C, line editing and echo are done by the kernel on the inner
// terminal; the outer one is in raw mode and passes every key on. A change of the
// outer size becomes one of the inner size.
//
// Ask holds both ways and runs a function that has the outer terminal to itself:
// no key that is typed meanwhile reaches the program, and what the program writes
// waits. A program at a prompt gets its screen back as it was (the question was
// asked on the alternate screen); one that has the alternate screen itself is made
// to draw again by a change of its size. To know which, Session follows what the
// program tells the terminal (screen.go).
//
// What it cannot do: when guard is killed by SIGKILL the outer terminal stays in
// raw mode, until `reset` or the outer shell restores it. When a question comes and the
// program has written only half of a sequence, the rest is waited for, but not for long.
package terminal
