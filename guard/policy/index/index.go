// Package index tells which parts of policy files decide an operation, without parsing
// them: a command waits for the lines of a text that are about it, and then only those
// parts are loaded. Write makes the text of a set that was loaded whole and without a
// problem; it holds for exactly those files.
package index

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
)

// Index says of files that hold no problem, without parsing them, what they govern and
// which of their parts decide a program or a kind of operation, with all that those refer
// to. It is a text that is looked at only where it is asked: however many files there are,
// a command waits for the lines that are about it.
//
//	SIZE SIZE                        of the first two tables, in bytes
//	PROGRAM or on/KIND, + or -, SET  sorted; + is governed, - only described
//	PART PART …                      a set: where the lines of its parts begin
//	KIND NAME FILE FROM TO LINE      a part; the fields have tabs between them
type Index struct {
	names, sets, parts string
}

// onMark stands before a kind of operation among the names: no program has a slash in its
// name.
const onMark = "on/"

// fieldEnd is between the fields of a line.
const fieldEnd = "\t"

// The marks of names.
const governedMark, describedMark = "+", "-"

// Write is the index of the parts of a set, in the form that Read reads: of all that the
// set declares, and of the programs and the kinds of operation that its policies govern.
// It is "" when some name cannot be written into it.
func Write(parts []blocks.Related, programs, on []string) string {
	w := writer{s: newSelector(parts), at: map[string]int{}}
	for i := range w.s.parts {
		w.starts = append(w.starts, w.parts.Len())
		w.part(w.s.parts[i].Part)
	}
	governed := map[string]bool{}
	for _, name := range programs {
		governed[name] = true
	}
	for _, kind := range on {
		governed[onMark+kind] = true
	}
	for _, name := range slices.Sorted(maps.Keys(w.s.names)) {
		if strings.ContainsAny(name, "\t\n") {
			return ""
		}
		mark := describedMark
		if governed[name] {
			mark = governedMark
		}
		fmt.Fprintf(&w.names, "%s\t%s\t%d\n", name, mark, w.set(w.s.needed(name)))
	}
	return fmt.Sprintf("%d %d\n", w.names.Len(), w.sets.Len()) + w.names.String() + w.sets.String() + w.parts.String()
}

// writer writes the tables of an index.
type writer struct {
	s                  *selector
	starts             []int // of the lines of the parts
	names, sets, parts strings.Builder
	at                 map[string]int // where a set begins
}

func (w *writer) part(p blocks.Part) {
	fmt.Fprintf(&w.parts, "%s\t%s\t%d\t%d\t%d\t%d\n", p.Kind, p.Name, p.File, p.From, p.To, p.Line)
}

// set is where the set of parts begins; one that many programs share is written once.
func (w *writer) set(parts []int) int {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = strconv.Itoa(w.starts[part])
	}
	line := strings.Join(texts, " ") + "\n"
	at, written := w.at[line]
	if !written {
		at = w.sets.Len()
		w.at[line] = at
		w.sets.WriteString(line)
	}
	return at
}

var errIndex = errors.New("the index cannot be read")

// Read reads what Write has written. It does not look at the tables: that nobody
// changed them is for the caller to know.
func Read(text string) (Index, error) {
	sizes, rest, _ := strings.Cut(text, "\n")
	first, second, _ := strings.Cut(sizes, " ")
	names, err := strconv.Atoi(first)
	sets, errSets := strconv.Atoi(second)
	if err != nil || errSets != nil || names < 0 || sets < 0 || sets > len(rest) || names > len(rest)-sets || names+sets == len(rest) {
		return Index{}, errIndex
	}
	return Index{rest[:names], rest[names : names+sets], rest[names+sets:]}, nil
}

// Governed are the programs and the kinds of operation without a program ("truncate") that
// some policy governs, both sorted.
func (x Index) Governed() (programs, on []string) {
	for line := range strings.Lines(x.names) {
		name, rest, _ := strings.Cut(line, fieldEnd)
		if !strings.HasPrefix(rest, governedMark) {
			continue
		}
		if kind, found := strings.CutPrefix(name, onMark); found {
			on = append(on, kind)
		} else {
			programs = append(programs, name)
		}
	}
	return programs, on
}

// Governs: some operation may be governed. What cannot be read may always be.
func (x Index) Governs(ops []guard.Operation) bool {
	return len(ops) == 0 || slices.ContainsFunc(ops, func(op guard.Operation) bool {
		return op.Program == "" || op.Opaque != "" || strings.HasPrefix(x.find(nameOf(op)), governedMark)
	})
}

// Mentions: some command describes an operation, also one that no policy governs.
func (x Index) Mentions(ops []guard.Operation) bool {
	return slices.ContainsFunc(ops, func(op guard.Operation) bool { return x.find(nameOf(op)) != "" })
}

// Needed are the parts that decide operations, with what they refer to, in the order of
// the files. Nothing decides one whose program is not known: it is asked about whatever the
// policies are.
func (x Index) Needed(ops []guard.Operation) ([]blocks.Part, error) {
	var starts []int
	for _, op := range ops {
		found := x.find(nameOf(op))
		if found == "" {
			continue
		}
		mark, number, _ := strings.Cut(found, fieldEnd)
		set, err := strconv.Atoi(number)
		if err != nil || mark != governedMark && mark != describedMark || set < 0 || set > len(x.sets) {
			return nil, errIndex
		}
		line, _, _ := strings.Cut(x.sets[set:], "\n")
		for _, text := range strings.Fields(line) {
			start, err := strconv.Atoi(text)
			if err != nil {
				return nil, errIndex
			}
			starts = append(starts, start)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	parts := make([]blocks.Part, len(starts))
	for i, start := range starts {
		if start < 0 || start >= len(x.parts) {
			return nil, errIndex
		}
		line, _, _ := strings.Cut(x.parts[start:], "\n")
		part, err := readPart(line)
		if err != nil {
			return nil, err
		}
		parts[i] = part
	}
	return parts, nil
}

// find is what stands behind a name: its mark and its set.
func (x Index) find(name string) string {
	if strings.ContainsAny(name, "\t\n") {
		return ""
	}
	line := name + fieldEnd
	rest := x.names
	if !strings.HasPrefix(rest, line) {
		at := strings.Index(rest, "\n"+line)
		if at < 0 {
			return ""
		}
		rest = rest[at+1:]
	}
	found, _, _ := strings.Cut(rest[len(line):], "\n")
	return found
}

// nameOf is the name of an operation in the index.
func nameOf(op guard.Operation) string {
	if op.On != "" {
		return onMark + op.On
	}
	return op.Program
}

// readPart is the part that a line tells.
func readPart(line string) (blocks.Part, error) {
	fields := strings.Split(line, fieldEnd)
	if len(fields) != 6 {
		return blocks.Part{}, errIndex
	}
	p := blocks.Part{Kind: blocks.PartKind(fields[0]), Name: fields[1]}
	for i, number := range []*int{&p.File, &p.From, &p.To, &p.Line} {
		var err error
		if *number, err = strconv.Atoi(fields[2+i]); err != nil {
			return blocks.Part{}, errIndex
		}
	}
	if !slices.Contains([]blocks.PartKind{blocks.CommandPart, blocks.PolicyPart, blocks.LocalPart}, p.Kind) {
		return blocks.Part{}, errIndex
	}
	return p, nil
}
