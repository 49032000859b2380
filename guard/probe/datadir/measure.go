package datadir

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"blastguard/guard"
)

// defaultTimeout is how long a question may take when its context sets no
// deadline.
const defaultTimeout = 3 * time.Second

// Measure answers the probe "datadir". The value is
//
//	{"found": [{"path", "engine", "version", "role", "lag", "upstream_alive",
//	            "identity", "state", "port", "running", "upstream", "evidence"}, …]}
//
// sorted by path, and empty when the paths exist and no database owns them, or
// when they do not exist. What could not be told is a guard.Unmeasured in its
// place; what could not be looked at is an element of its own in which
// everything is; when nothing else was found, "found" itself is one. The role is
// "primary", "secondary" or "former", the lag in seconds, nil for a primary. The answer
// comes before the deadline of ctx (three seconds without one), also when a file
// system does not. The error is about the arguments, or that deadline, or is
// walk.ErrHurried: nothing was found, and what was not looked at does not matter.
func Measure(ctx context.Context, args map[string]any) (value any, evidence []string, err error) {
	paths, err := absolutePaths(args)
	if err != nil {
		return nil, nil, fmt.Errorf("datadir: %w", err)
	}
	follow, err := truth(args, "follow", true)
	if err != nil {
		return nil, nil, fmt.Errorf("datadir: %w", err)
	}
	candidates, err := candidatesOf(args)
	if err != nil {
		return nil, nil, fmt.Errorf("datadir: %w", err)
	}
	type outcome struct {
		found []database
		err   error
	}
	done, err := inTime(ctx, func(ctx context.Context) outcome {
		found, err := find(ctx, paths, follow, candidates)
		return outcome{found, err}
	})
	if done.err != nil {
		return nil, nil, done.err
	}
	if err != nil {
		return nil, nil, fmt.Errorf("look for databases at %s: %w", guard.Printable(strings.Join(paths, ", ")), err)
	}
	value, evidence = answerOf(done.found)
	return value, evidence, nil
}

// absolutePaths are the targets; relative ones start at dir.
func absolutePaths(args map[string]any) ([]string, error) {
	paths, err := texts(args, "paths")
	if err != nil {
		return nil, err
	}
	dir, err := text(args, "dir")
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	for i, path := range paths {
		if !filepath.IsAbs(path) {
			paths[i] = dir + "/" + path // not cleaned: ".." is for the kernel
		}
	}
	return paths, nil
}

// inTime runs work with a deadline a little before that of ctx, so that it can
// still say what it knows, and gives up on it at the deadline itself: a
// goroutine that is stuck in the kernel is left behind.
func inTime[T any](ctx context.Context, work func(context.Context) T) (T, error) {
	outer, cancel := ctx, context.CancelFunc(func() {})
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(defaultTimeout)
		outer, cancel = context.WithDeadline(ctx, deadline)
	}
	defer cancel()
	margin := min(time.Until(deadline)/10, 300*time.Millisecond)
	inner, stop := context.WithDeadline(outer, deadline.Add(-margin))
	defer stop()
	done := make(chan T, 1)
	go func() { done <- work(inner) }()
	select {
	case result := <-done:
		return result, nil
	case <-outer.Done():
		var none T
		return none, fmt.Errorf("no answer in time: %w", outer.Err())
	}
}

// find surveys the targets, then asks every database that was found, side by
// side.
func find(ctx context.Context, paths []string, follow bool, candidates []upstream) ([]database, error) {
	survey := newSurvey(servers(ctx))
	searching, stop := searchTime(ctx)
	defer stop()
	for i, path := range paths {
		if searching.Err() != nil {
			survey.missing(path, fmt.Sprintf("no time was left to look at %d of %d targets", len(paths)-i, len(paths)))
			break
		}
		survey.target(path, follow)
	}
	if err := survey.search(searching); err != nil {
		return nil, err
	}
	sites := survey.adopt()
	found := make([]database, len(sites))
	var group sync.WaitGroup
	for i, site := range sites {
		group.Go(func() { found[i] = describe(ctx, site, survey.processes, candidates) })
	}
	group.Wait()
	found = append(found, survey.gaps()...)
	slices.SortStableFunc(found, func(a, b database) int { return strings.Compare(a.path, b.path) })
	return found, nil
}

// searchTime leaves time for asking what the search finds.
func searchTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-min(time.Until(deadline)/2, time.Second)))
}

func describe(ctx context.Context, found site, processes []process, candidates []upstream) database {
	switch {
	case found.kind.form == tablespace:
		return detached(found, "a PostgreSQL tablespace", "tablespace")
	case found.kind.form == walOnly:
		return detached(found, "the write-ahead log of a PostgreSQL", "write-ahead log")
	case found.kind.engine == postgresql:
		return describePostgres(ctx, found, processes, candidates)
	default:
		return describeOther(found, processes)
	}
}

// detached is a part of a database that was not found itself.
func detached(found site, what, state string) database {
	d := database{path: found.path, engine: found.kind.engine, state: state, evidence: found.why, running: unknown("its database was not found")}
	d.say("recognised as " + what + " by its files")
	d.roleUnknown(what + " lies here, and the database that it belongs to was not found running")
	return d
}

// answerOf is the value and all evidence.
func answerOf(found []database) (any, []string) {
	var evidence []string
	elements := []any{}
	onlyGaps := len(found) > 0
	for _, database := range found {
		elements = append(elements, database.value())
		for _, line := range database.evidence {
			evidence = append(evidence, guard.Printable(database.path)+": "+line)
		}
		if _, open := database.engine.(guard.Unmeasured); !open {
			onlyGaps = false
		}
	}
	if onlyGaps {
		return map[string]any{"found": found[0].role}, evidence
	}
	return map[string]any{"found": elements}, evidence
}
