// Package playbook supervises one command: it decides every step of a script, at the
// moment before the step runs.
//
// A Plan is what is decided before the command starts: whether there is something to
// supervise, which decisions are left to its steps, what would fail half-way. The run
// that it starts takes each program that is about to be executed, and each act of a
// shell, through the pipeline of guard.Guard: who is asked, what a refusal does to the
// rest, what is still allowed while the script is being stopped. A guarded shell
// (Session) is such a run in which each command is decided on its own.
//
// What touches the world is passed in: the supervisor and the kernel (System), the
// policies (Loader), the person (Chooser, and the Approver of the pipeline), the log
// and the clock (of the pipeline). What a policy says is in guard/policy, how a program
// is stopped and let go in guard/supervise; neither belongs here, nor do flags, nor the
// places of files.
package playbook
