package main

import (
	"slices"
	"strings"
	"sync"

	"blastguard/guard"
	"blastguard/guard/playbook"
	"blastguard/guard/policy"
	"blastguard/guard/source"
)

// library is the policy files as they were read at one moment. What decides some
// operations is parsed when it is first needed, and kept.
type library struct {
	w        world
	found    []guard.PolicyFile // see filled
	filling  sync.Mutex
	info     guard.PolicySet
	settings policy.Settings
	options  policy.Options
	index    policy.Index
	indexed  bool // the index says that the files hold no error

	mu   sync.Mutex
	sets map[string]*policy.Set // by the parts that they are made of
	all  func() (*policy.Set, error)
}

// openLibrary reads the files that decide here. With an error nothing may be decided.
func openLibrary(w world, p places, o placeOptions) (*library, guard.PolicySet, error) {
	found, problems := w.policySums(o)
	if len(problems) > 0 {
		return nil, guard.PolicySet{}, sourceErrors(problems)
	}
	info := describeSet(found)
	settings, err := loadSettings(p)
	if err != nil {
		return nil, info, err
	}
	l := &library{
		w: w, found: found.Files, info: info, settings: settings, options: policy.Options{Kinds: kinds(), Protect: p.own(w)},
		sets: map[string]*policy.Set{},
	}
	l.index, l.indexed = findIndex(w, info.Hash)
	l.all = sync.OnceValues(l.loadAll)
	return l, info, nil
}

// Decides is the set that decides operations, and must not be asked about others. None
// means all: what has to be known of every policy.
func (l *library) Decides(ops []guard.Operation) (*policy.Set, error) {
	if len(ops) == 0 || !l.indexed {
		return l.all()
	}
	needed, err := l.index.Needed(ops)
	if err != nil {
		return l.all()
	}
	var key strings.Builder
	for _, part := range needed {
		key.WriteString(string(part.Kind) + " " + part.Name + "\n")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if set := l.sets[key.String()]; set != nil {
		return set, nil
	}
	files, err := l.filled(func(i int) bool {
		return slices.ContainsFunc(needed, func(part policy.Part) bool { return part.File == i })
	})
	if err != nil {
		return nil, err
	}
	set, err := policy.LoadParts(files, needed, l.options)
	if err != nil {
		debugLogger(l.w).Debug("the parts of the policies do not load: all of them are parsed", "err", err)
		if set, err = l.all(); err != nil {
			return nil, err
		}
	}
	set = set.WithSettings(l.settings)
	l.sets[key.String()] = set
	return set, nil
}

// filled are the files with the content of some, by index; it has to be what it was when
// they were read.
func (l *library) filled(which func(int) bool) ([]guard.PolicyFile, error) {
	garbageIsExpected()
	l.filling.Lock()
	defer l.filling.Unlock()
	if problems := source.Fill(l.found, which); len(problems) > 0 {
		return nil, sourceErrors(problems)
	}
	return slices.Clone(l.found), nil
}

// Keep holds what the files say, for as long as the library is used.
func (l *library) Keep() error {
	_, err := l.filled(func(int) bool { return true })
	return err
}

func (l *library) loadAll() (*policy.Set, error) {
	files, err := l.filled(func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	set, diagnostics := policy.Load(files, l.options)
	if diagnostics.HasErrors() {
		return nil, policyErrors(diagnostics)
	}
	if !l.indexed {
		writeIndex(l.w, l.info.Hash, set, files)
	}
	return set.WithSettings(l.settings), nil
}

// Governed are the programs and the kinds of act that some policy governs.
func (l *library) Governed() (playbook.Governed, error) {
	if l.indexed {
		return governedBy(l.index), nil
	}
	all, err := l.all()
	return playbook.Governed{Programs: all.Programs(), On: all.On()}, err
}

func governedBy(x policy.Index) playbook.Governed {
	programs, on := x.Governed()
	return playbook.Governed{Programs: programs, On: on}
}

// IsAsRead: the other library holds the same files and settings.
func (l *library) IsAsRead(files playbook.Policies) bool {
	other, ok := files.(*library)
	return ok && l.info.Hash == other.info.Hash && l.settings == other.settings && slices.Equal(l.options.Protect, other.options.Protect)
}

// libraryLoader loads them as they are at the moment.
type libraryLoader struct {
	w      world
	places places
	o      placeOptions
}

// Open reads them.
func (l libraryLoader) Open() (playbook.Policies, guard.PolicySet, error) {
	files, info, err := openLibrary(l.w, l.places, l.o)
	if err != nil {
		return nil, info, err
	}
	return files, info, nil
}

// Indexed is what the index of files with that hash says.
func (l libraryLoader) Indexed(hash string) (playbook.Governed, bool) {
	found, ok := findIndex(l.w, hash)
	if !ok {
		return playbook.Governed{}, false
	}
	return governedBy(found), true
}
