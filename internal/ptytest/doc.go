// Package ptytest runs programs on a real pseudo terminal, for tests: a session
// of its own with the terminal as controlling terminal, so that job control,
// /dev/tty, raw mode and hangups are the real thing.
//
// A Session keeps what the program wrote in three forms: the Transcript (every
// byte), the Text (without escape sequences, in the order of writing) and the
// Screen (what a person would see now). Expect waits for text in the stream of
// text, See for text on the screen. Nothing sleeps: a wait ends when the text is
// there or can no longer come; the long timeout only turns a hang into a
// failure. The session answers the queries that programs ask a terminal (its
// kind, the cursor, the colours), as a terminal emulator does.
//
// Commands gives the same to testscript, as `pty …` and `notty …`.
package ptytest
