package datadir

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// searchLimit is how many directory entries one question looks at before it
// gives up and says so. A million take about a second when they are in memory.
const searchLimit = 1_000_000

// search looks for data directories in and below a directory: level by level,
// so that the usual places come first, without following links. It does not
// descend into what it has recognised.
type search struct {
	names   marks
	left    *int // directory entries
	visit   func(dir string, found kind)
	missing func(dir, reason string)
}

// below searches root, which is a directory and no link. The error says why the
// search ended early; what is below root may then hold anything.
func (s *search) below(ctx context.Context, root string) error {
	level := []string{root}
	for len(level) > 0 {
		var next []string
		for _, dir := range level {
			inside, err := s.enter(ctx, dir)
			if err != nil {
				return err
			}
			next = append(next, inside...)
		}
		level = next
	}
	return nil
}

// enter reads one directory and returns the directories in it that are still to
// be searched.
func (s *search) enter(ctx context.Context, dir string) ([]string, error) {
	handle, err := os.Open(dir)
	if os.IsNotExist(err) {
		return nil, nil // removed meanwhile
	}
	if err != nil {
		s.missing(dir, needsRoot("read "+dir, err))
		return nil, nil
	}
	defer handle.Close()
	if isKernelFiles(handle) {
		return nil, nil
	}
	here, inside := marks{}, []string{}
	for {
		entries, err := handle.ReadDir(1024)
		*s.left -= len(entries)
		if stop := s.exhausted(ctx); stop != nil {
			return nil, stop
		}
		for _, entry := range entries {
			if s.names[entry.Name()] {
				here[entry.Name()] = true
			}
			if entry.IsDir() {
				inside = append(inside, entry.Name())
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			s.missing(dir, needsRoot("read "+dir, err))
			break
		}
	}
	return s.judge(dir, here, inside), nil
}

func (s *search) exhausted(ctx context.Context) error {
	if *s.left < 0 {
		return fmt.Errorf("the search stopped after %d directory entries", searchLimit)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("the search ran out of time after %d directory entries", searchLimit-*s.left)
	}
	return nil
}

// judge reports what dir is, and says where to go on.
func (s *search) judge(dir string, here marks, inside []string) []string {
	found := recognise(dir, func(name string) bool { return here[name] })
	if found == (kind{}) && slices.ContainsFunc(inside, isTablespaceVersion) {
		found = kind{postgresql, tablespace}
	}
	if found != (kind{}) {
		s.visit(dir, found)
	}
	// What Redis does not own may hold others' databases.
	if found != (kind{}) && found.engine != redis {
		return nil
	}
	slices.Sort(inside)
	prefix := strings.TrimSuffix(dir, "/") + "/"
	for i, name := range inside {
		inside[i] = prefix + name
	}
	return inside
}

// firstNames are some of the names in a directory; none when it cannot be read.
func firstNames(dir string, limit int) []string {
	handle, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer handle.Close()
	names, _ := handle.Readdirnames(limit)
	return names
}
