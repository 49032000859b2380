package playbook

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/process"
	"blastguard/guard/program"
	"blastguard/guard/supervise"
)

// supervisedRun is one command that is supervised.
type supervisedRun struct {
	stepDecider
	load      Loader
	hold      Runner
	forbidden error // why nothing could be supervised after all; nothing ran
}

// execute runs the command below a supervisor.
func (r *supervisedRun) execute(ctx context.Context, executable guard.Executable) guard.Outcome {
	governed, err := r.governed()
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	r.supervisor, err = r.system.Supervise(supervise.Config{
		Governs: r.policies.governs(r.looksAt(governed.Programs)),
		Acts:    wantedActs(governed.On),
		Decide:  r.decide,
		Inner:   r.grantInner,
		Spares:  r.spares,
		Ready: func() error {
			r.grantCommand()
			return errors.Join(r.mode.ready(r.supervisor.Nested(), r.command), process.Verify(executable))
		},

		Policies: r.policies.hash, LastWords: lastWords(r.command.request),
	})
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	stage, self, err := r.stage(executable)
	if err == nil {
		stage, err = r.mode.launch(stage)
	}
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	// A signal that comes when the script has ended must not refuse what it has left
	// running: until the listener is handed over, guard goes on.
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go r.supervisor.Serve(serving)
	outcome := r.mode.execute(ctx, r.hold, stage, self)
	summary := r.supervisor.Finish()
	r.settle()
	r.mode.Close()
	return r.outcome(outcome, summary)
}

// governed are the programs and the kinds of act that some policy governs.
func (r *supervisedRun) governed() (Governed, error) {
	if found, ok := r.load.Indexed(r.command.hash); ok {
		return found, nil
	}
	files, err := r.policies.open()
	if err != nil {
		return Governed{}, err
	}
	return files.Governed()
}

// stage is the request that starts guard as the launcher.
func (r *supervisedRun) stage(executable guard.Executable) (stage guard.Request, self guard.Executable, err error) {
	stage = r.command.request
	self, err = process.Find(guard.Request{Argv: []string{"/proc/self/exe"}, Dir: "/"})
	if err != nil {
		return stage, self, err
	}
	named := executable.Path
	if strings.Contains(r.command.request.Argv[0], "/") {
		named = r.command.request.Argv[0]
	}
	stage.Argv = r.supervisor.Argv(named, r.command.credentials, r.command.request.Argv)
	return stage, self, nil
}

// lastWords are what a copy of guard prints when guard is killed.
func lastWords(request guard.Request) string {
	const width = 60
	return fmt.Sprintf("guard: guard was killed while it supervised %s (entry %d): what is left of it can no longer execute programs",
		guard.Shorten(guard.CommandLine(request.Argv), width), request.Run)
}

// looksAt says which programs are decided; where all is recorded, all are.
func (r *supervisedRun) looksAt(programs []string) func([]byte) bool {
	if r.recordsAll {
		return func([]byte) bool { return true }
	}
	governed := governs(programs)
	return func(name []byte) bool { return governed(name) || program.Of(string(name)).HandsOver() }
}

// outcome is how the run ended, with what its steps did.
func (r *supervisedRun) outcome(outcome guard.Outcome, summary supervise.Summary) guard.Outcome {
	switch {
	case !outcome.Started && outcome.Error != "": // the launcher was not even started
		return outcome
	case summary.Problem != "":
		if summary.Forbidden {
			r.forbidden = errors.New(summary.Problem)
		}
		return guard.Outcome{Status: guard.StatusFailed, Error: r.mode.failure(summary)}
	case summary.Errno == int(syscall.ENOENT):
		return guard.Outcome{Status: guard.StatusNotFound, Error: startError(r.command.request, summary)}
	case summary.Errno != 0:
		return guard.Outcome{Status: guard.StatusNotExecutable, Error: startError(r.command.request, summary)}
	}
	outcome.Supervised = &guard.Supervision{
		Ungoverned: summary.Ungoverned + r.tally.recorded, Allowed: int64(len(r.tally.ran)), Refused: int64(len(r.tally.not)), Unasked: r.tally.unasked,
		Background: summary.Background, Stopped: summary.Stopped, Nested: summary.Nested,
	}
	if r.tally.interrupted {
		outcome.Status, outcome.Signal = -1, int(syscall.SIGINT)
	}
	r.mode.summarize(r.command, &r.tally, *outcome.Supervised)
	return outcome
}

func startError(request guard.Request, summary supervise.Summary) string {
	return fmt.Sprintf("start %q: %v", request.Argv[0], syscall.Errno(summary.Errno))
}
