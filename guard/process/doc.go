// Package process runs the guarded command as if guard were not there.
//
// Find says which file a command names, Verify that it is still the same one,
// Digest what is in it, Run executes it and waits, and Die lets guard end the
// way the command did.
//
// The command is a child in guard's own process group. It gets no pseudo
// terminal: the descriptors, the arguments, the environment, the directory, the
// umask, the limits, the signal mask and the ignored signals are those that
// guard was started with. What a terminal sends to the group (Ctrl-C, Ctrl-\,
// Ctrl-Z) reaches the command directly, so guard drops its own copy; what is
// sent to guard alone is passed on. When the command stops, guard stops by the
// same signal, so that the shell sees the job as stopped; fg and bg work.
//
// An interactive shell is different: RunOn gives it a session and a terminal of
// its own, which package terminal keeps inside the person's.
//
// What a command can still notice:
//   - its parent is guard, and it is not the leader of its process group;
//   - a descriptor 0, 1 or 2 that was closed is /dev/null instead, because the
//     Go runtime opens it;
//   - SIGCHLD is at its default even if guard was started with it ignored
//     (POSIX leaves that open), since guard must see its child end;
//   - a signal sent by a program to the whole group arrives twice when it is one
//     that guard passes on (SIGTERM, SIGHUP, SIGUSR1, SIGUSR2);
//   - SIGKILL and SIGSTOP sent to guard alone cannot be passed on;
//   - a Ctrl-Z in the moment between fork and exec (well under a millisecond)
//     stops the child where guard cannot see it, until a SIGCONT.
//
// Without cgo only SIGHUP, SIGINT and the stop signals are known to have been
// ignored when guard was started; the Go runtime has replaced the others before
// any Go code runs.
package process
