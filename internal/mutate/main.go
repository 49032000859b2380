// Command mutate breaks one check of guard after the other, and says which of them no test
// notices. The list is mutations.txt: each entry takes one line of a file away and puts
// another in its place; the tree itself is not touched. Words choose the entries whose
// text or file holds one of them; none means all.
//
// It exits with 1 when more than one of twenty survives.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

//go:embed mutations.txt
var list string

// mutation is one entry.
type mutation struct {
	what     string // what it breaks
	file     string
	old, new string   // lines, without the white space around them
	test     []string // arguments of go test
}

// mostSurvive is one of so many.
const mostSurvive = 20

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	mutations, err := parse(list)
	if err != nil {
		return err
	}
	var chosen []mutation
	for _, m := range mutations {
		if len(words) == 0 || slices.ContainsFunc(words, func(word string) bool { return strings.Contains(m.what+" "+m.file, word) }) {
			chosen = append(chosen, m)
		}
	}
	if err := unbroken(chosen); err != nil {
		return err
	}
	survived := 0
	for _, m := range chosen {
		start := time.Now()
		noticed, err := m.try()
		if err != nil {
			return fmt.Errorf("%s: %w", m.what, err)
		}
		word := "noticed "
		if !noticed {
			survived++
			word = "SURVIVED"
		}
		fmt.Printf("%s %5.1fs  %-28s %s\n", word, time.Since(start).Seconds(), m.file, m.what)
	}
	fmt.Printf("%d of %d noticed\n", len(chosen)-survived, len(chosen))
	if survived*mostSurvive > len(chosen) {
		return fmt.Errorf("%d survived", survived)
	}
	return nil
}

// unbroken runs the tests as they are: where they fail anyway nothing is noticed by them.
func unbroken(chosen []mutation) error {
	passed := map[string]bool{}
	for _, m := range chosen {
		tests := strings.Join(m.test, " ")
		if passed[tests] {
			continue
		}
		if out, err := exec.Command("go", append([]string{"test"}, m.test...)...).CombinedOutput(); err != nil {
			return fmt.Errorf("go test %s fails with nothing broken:\n%s", tests, out)
		}
		passed[tests] = true
	}
	return nil
}

// parse reads entries, with empty lines between them:
//
//	# what it breaks
//	FILE
//	- LINE
//	+ LINE
//	PACKAGE [-run TESTS]
func parse(text string) ([]mutation, error) {
	var all []mutation
	for i, entry := range strings.Split(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(strings.TrimSpace(entry), "\n")
		if len(lines) != 5 {
			return nil, fmt.Errorf("entry %d has %d lines, not 5: %q", i+1, len(lines), lines[0])
		}
		what, isText := strings.CutPrefix(lines[0], "# ")
		old, isOld := strings.CutPrefix(lines[2], "- ")
		new, isNew := strings.CutPrefix(lines[3]+" ", "+ ")
		if !isText || !isOld || !isNew {
			return nil, fmt.Errorf("entry %d cannot be read: %q", i+1, lines)
		}
		all = append(all, mutation{what, lines[1], old, strings.TrimSpace(new), strings.Fields(lines[4])})
	}
	return all, nil
}

// broken is the file with the other line.
func (m mutation) broken() ([]byte, error) {
	text, err := os.ReadFile(m.file)
	if err != nil {
		return nil, err
	}
	lines, found := bytes.Split(text, []byte("\n")), 0
	for i, line := range lines {
		if strings.TrimSpace(string(line)) == m.old {
			found++
			lines[i] = []byte(m.new)
		}
	}
	if found != 1 {
		return nil, fmt.Errorf("%s has %d lines %q, not one", m.file, found, m.old)
	}
	return bytes.Join(lines, []byte("\n")), nil
}

// try says whether the tests fail.
func (m mutation) try() (noticed bool, err error) {
	text, err := m.broken()
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "guard-mutate-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	file, overlay := filepath.Join(dir, "broken.go"), filepath.Join(dir, "overlay.json")
	whole, err := filepath.Abs(m.file)
	if err != nil {
		return false, err
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {whole: file}})
	if err = errors.Join(err, os.WriteFile(file, text, 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return false, err
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "./...").CombinedOutput(); err != nil {
		return false, fmt.Errorf("it does not compile:\n%s", out)
	}
	cmd := exec.Command("go", append([]string{"test", "-count=1", "-failfast", "-overlay", overlay}, m.test...)...)
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return false, err
	}
	return err != nil, nil
}
