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
	"blastguard/guard/probe/database"
)

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
		found []database.Database
		err   error
	}
	done, err := database.InTime(ctx, func(ctx context.Context) outcome {
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
	dir, err := database.Text(args, "dir")
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

// find surveys the targets, then asks every database that was found, side by
// side.
func find(ctx context.Context, paths []string, follow bool, candidates []string) ([]database.Database, error) {
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
	found := make([]database.Database, len(sites))
	var group sync.WaitGroup
	for i, site := range sites {
		group.Go(func() {
			found[i] = site.kind.Describe(ctx, database.Directory{Path: site.path, ID: site.id, Why: site.why, Processes: survey.processes, Candidates: candidates})
		})
	}
	group.Wait()
	found = append(found, survey.gaps()...)
	slices.SortStableFunc(found, func(a, b database.Database) int { return strings.Compare(a.Path, b.Path) })
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

// answerOf is the value and all evidence.
func answerOf(found []database.Database) (any, []string) {
	var evidence []string
	elements := []any{}
	onlyGaps := len(found) > 0
	for _, one := range found {
		elements = append(elements, one.Value())
		for _, line := range one.Evidence {
			evidence = append(evidence, guard.Printable(one.Path)+": "+line)
		}
		if _, open := one.Engine.(guard.Unmeasured); !open {
			onlyGaps = false
		}
	}
	if onlyGaps {
		return map[string]any{"found": found[0].Role}, evidence
	}
	return map[string]any{"found": elements}, evidence
}
