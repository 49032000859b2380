package historytest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// command is one command that was recorded, as the Store must tell it.
type command struct {
	id      int64
	at      time.Time
	intent  guard.Intent
	outcome *guard.Outcome // nil: none ran, or it has not ended
}

// recorder records commands and remembers them.
type recorder struct {
	log      guard.Log
	store    history.Store
	now      time.Time
	setBack  bool
	commands []command // in the order of recording
	run      int64     // a supervised run with steps
	open     int       // commands without outcome
}

// nSteps are more than a list without a limit shows.
const nSteps = history.DefaultLimit + 5

// start is when the recording begins.
var start = time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)

// record records commands of two people, some of them steps of two runs. When half
// of it is done the clock is set back.
func record(ctx context.Context, new New, setBack time.Duration) (*recorder, error) {
	r := &recorder{now: start, setBack: setBack > 0}
	var err error
	if r.log, r.store, err = new(func() time.Time { return r.now }); err != nil {
		return nil, err
	}
	jon, maria := guard.Operator{UID: 1001, Name: "jon"}, guard.Operator{UID: 1000, Name: "maria"}
	ran, killed := &guard.Outcome{Started: true, Duration: time.Second}, &guard.Outcome{Started: true, Status: -1, Signal: 9}
	missing := &guard.Outcome{Status: 127, Error: "not found"}
	for _, c := range []struct {
		verdict guard.Verdict
		who     guard.Operator
		outcome *guard.Outcome
		argv    string
	}{
		{guard.Accepted, maria, ran, "rm -r /srv/Alpha"},
		{guard.Rejected, jon, nil, "rm -r /srv/beta"},
		{guard.Declined, jon, nil, "dd of=/srv/beta"},
		{guard.Accepted, maria, killed, "dd of=/srv/Alpha"},
		{guard.Accepted, jon, missing, "dd of=/srv/gamma"},
		{guard.Accepted, jon, nil, "rm -r /srv/gamma"},
	} {
		if err := r.add(ctx, intentOf(c.verdict, c.who, c.argv), c.outcome); err != nil {
			return nil, err
		}
	}
	if err := r.add(ctx, intentOf(guard.Accepted, maria, "playbook.sh"), nil); err != nil {
		return nil, err
	}
	r.run = r.commands[len(r.commands)-1].id
	for i := range nSteps {
		if i == nSteps/2 {
			r.now = r.now.Add(-setBack)
		}
		step := intentOf(guard.Rejected, maria, "rm -r /srv/step"+strconv.Itoa(i))
		step.Request.Run, step.Request.Place = r.run, []string{"playbook.sh", "rm"}
		if i%5 == 4 {
			step.Request.Run = r.run + 1_000_000 // of another run
		}
		if err := r.add(ctx, step, nil); err != nil {
			return nil, err
		}
	}
	return r, r.add(ctx, intentOf(guard.Accepted, jon, "rm -r /srv/Alpha"), ran)
}

// add records a command one minute after the last one, or at the same time: a clock
// may go in steps.
func (r *recorder) add(ctx context.Context, intent guard.Intent, outcome *guard.Outcome) error {
	if len(r.commands)%4 != 3 {
		r.now = r.now.Add(time.Minute)
	}
	c := command{at: r.now, intent: intent, outcome: outcome}
	var err error
	if intent.Verdict == guard.Accepted {
		c.id, err = r.log.Accept(ctx, intent)
	} else {
		c.id, err = r.log.Refuse(ctx, intent)
	}
	switch {
	case err != nil:
		return err
	case len(r.commands) > 0 && c.id <= r.commands[len(r.commands)-1].id:
		return fmt.Errorf("entry %d was recorded after entry %d", c.id, r.commands[len(r.commands)-1].id)
	case outcome != nil:
		r.now = r.now.Add(time.Second)
		err = r.log.Exit(ctx, c.id, *outcome)
	case intent.Verdict == guard.Accepted:
		r.open++
	}
	r.commands = append(r.commands, c)
	return err
}

// intentOf is a command whose last word, when there are others, is its target.
func intentOf(verdict guard.Verdict, who guard.Operator, line string) guard.Intent {
	argv := strings.Fields(line)
	intent := guard.Intent{
		Verdict: verdict, Argv: argv, Version: "test", Mode: "enforce",
		Request:    guard.Request{Argv: argv, Dir: "/srv", Operator: who, Host: guard.Host{Name: "db1"}},
		Operations: []guard.Operation{{Program: argv[0], Path: argv[0], Args: guard.Lits(argv[1:]...)}},
		Decision:   guard.Decision{Effect: guard.Confirm, Policies: []string{"of-" + argv[0]}, Summary: "Overwrite something"},
	}
	if argv[0] == "rm" {
		intent.Decision.Summary = "Remove something"
	}
	if last := argv[len(argv)-1]; len(argv) > 1 {
		path := strings.TrimPrefix(last, "of=")
		intent.Decision.Targets = []guard.Target{{Given: last, Resolved: path}}
	}
	if verdict != guard.Accepted {
		intent.Why = "because"
	}
	return intent
}
