package host

import (
	"slices"
	"strings"
	"sync"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/source"
)

// Library is the policy files as they were read at one moment. The parts that decide an
// operation are parsed when they are first needed, and kept. It may be used by several
// goroutines at once.
type Library struct {
	setup    Setup
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

// Open reads the files that decide here. With an error nothing may be decided; the set
// is described all the same where its files could be read.
func (p Places) Open() (*Library, guard.PolicySet, error) {
	found, problems := p.setup.sums()
	if len(problems) > 0 {
		return nil, guard.PolicySet{}, unreadable(problems)
	}
	info := describeSet(found)
	settings, err := p.settings()
	if err != nil {
		return nil, info, err
	}
	l := &Library{
		setup: p.setup, found: found.Files, info: info, settings: settings, options: policy.Options{Kinds: p.setup.Kinds, Protect: p.own()},
		sets: map[string]*policy.Set{},
	}
	l.index, l.indexed = findIndex(p.setup, info.Hash)
	l.all = sync.OnceValues(l.loadAll)
	return l, info, nil
}

// Decides is the set that decides operations, and must not be asked about others. None
// means all: what has to be known of every policy.
func (l *Library) Decides(ops []guard.Operation) (*policy.Set, error) {
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
		l.setup.debug("the parts of the policies cannot be loaded: all policies are parsed", "err", err)
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
func (l *Library) filled(which func(int) bool) ([]guard.PolicyFile, error) {
	if l.setup.Parsing != nil {
		l.setup.Parsing()
	}
	l.filling.Lock()
	defer l.filling.Unlock()
	if problems := source.Fill(l.found, which); len(problems) > 0 {
		return nil, unreadable(problems)
	}
	return slices.Clone(l.found), nil
}

// Keep holds what the files say, for as long as the library is used.
func (l *Library) Keep() error {
	_, err := l.filled(func(int) bool { return true })
	return err
}

func (l *Library) loadAll() (*policy.Set, error) {
	files, err := l.filled(func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	set, diagnostics := policy.Load(files, l.options)
	if diagnostics.HasErrors() {
		return nil, wrong(diagnostics)
	}
	if !l.indexed {
		writeIndex(l.setup, l.info.Hash, set, files)
	}
	return set.WithSettings(l.settings), nil
}

// Governed are the programs and the kinds of act that policies govern, sorted.
type Governed struct{ Programs, On []string }

// Governed are those that some policy of the files governs.
func (l *Library) Governed() (Governed, error) {
	if l.indexed {
		return governedBy(l.index), nil
	}
	all, err := l.all()
	return Governed{Programs: all.Programs(), On: all.On()}, err
}

// Indexed is what files of that hash govern, where an index says so; they are not read.
func (p Places) Indexed(hash string) (Governed, bool) {
	index, ok := findIndex(p.setup, hash)
	if !ok {
		return Governed{}, false
	}
	return governedBy(index), true
}

func governedBy(x policy.Index) Governed {
	programs, on := x.Governed()
	return Governed{programs, on}
}

// IsAsRead says whether the other library holds the same files and settings. Nil does
// not.
func (l *Library) IsAsRead(other *Library) bool {
	return other != nil && l.info.Hash == other.info.Hash && l.settings == other.settings && slices.Equal(l.options.Protect, other.options.Protect)
}
