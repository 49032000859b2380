// Package approve asks a person whether a command is meant, and shows what
// became of it.
//
// The question is put on the terminal, never on stdin: a panel that says what
// would run, where, on what, and which text has to be typed. Everything but
// exactly that text is no: Enter alone, "yes", Esc, end of input, silence.
// There are two ways to ask, with the same words and the same rules, which live
// in the dialogue and know no terminal: the panel (bubbletea), and a prompt of
// plain lines for dumb terminals, screen readers and --plain. Where nobody can
// be asked, each confirmation says what may take the place of a person.
//
// The terminal is left as it was found. No question is ever sent to it: what
// bubbletea would ask at its start (modes 2026 and 2027, the kitty keyboard)
// is taken out of its output, for a late answer would be read by the command
// that runs next. What is still unread when the question ends is discarded.
// Colours are the sixteen of the terminal's own theme, so that no question for
// its background is needed.
//
// While the question stands, Ctrl-Z does nothing. A guard that is stopped from
// outside (SIGSTOP) leaves the terminal in raw mode until it is continued.
package approve
