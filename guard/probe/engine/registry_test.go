package engine

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestEveryEngineIsWhole(t *testing.T) {
	seen := map[string]string{} // names of engines
	for _, e := range registry {
		t.Run(e.Name, func(t *testing.T) {
			for what, missing := range map[string]bool{
				"Name": e.Name == "", "Product": e.Product == "", "Family": e.Family == "", "Marks": len(e.Marks) == 0,
				"Recognise": e.Recognise == nil, "Serves": e.Serves == nil,
				"ByHand, or a Describe of its own":  e.ByHand == "" && e.Describe == nil,
				"both Around and AroundPrefix":      (e.Around == nil) != (e.AroundPrefix == ""),
				"only what its Describe looks at":   e.Describe != nil && (e.Version != nil || e.Identity != nil || e.Offline != nil || e.Live != nil || e.ByHand != ""),
				"Owns, where others' may lie in it": e.Shared && e.Owns == nil,
			} {
				if missing {
					t.Errorf("it has not: %s", what)
				}
			}
			for _, name := range []string{e.Name, e.Product} {
				if other, taken := seen[name]; taken && other != e.Name {
					t.Errorf("%s is also called %q", other, name)
				}
				seen[name] = e.Name
			}
			if strings.ToLower(e.Name) != e.Name {
				t.Errorf("policies compare with %q, which is not in small letters", e.Name)
			}
		})
	}
	if len(seen) < len(registry) {
		t.Errorf("%d engines have only the names %v", len(registry), slices.Sorted(maps.Keys(seen)))
	}
}

// A name that an engine looks for, and that is no mark, would never be seen by a search; a
// mark that nobody looks for only costs time.
func TestTheMarksAreTheNamesThatAreLookedFor(t *testing.T) {
	for _, e := range registry {
		t.Run(e.Name, func(t *testing.T) {
			asked := map[string]bool{}
			look := func(there func(name string) bool) {
				has := func(name string) bool { asked[name] = true; return there(name) }
				e.Recognise("/nonexistent", has)
				if e.Piece != nil {
					e.Piece("/nonexistent", has)
				}
			}
			look(func(string) bool { return false })
			for _, one := range e.Marks {
				look(func(name string) bool { return name == one })
				look(func(name string) bool { return name != one })
			}
			want, got := slices.Sorted(slices.Values(e.Marks)), slices.Sorted(maps.Keys(asked))
			if !slices.Equal(got, want) {
				t.Errorf("looks for %q, its marks are %q", got, want)
			}
			for _, name := range e.Marks {
				if !IsMark([]byte(name)) {
					t.Errorf("%q is a mark, and a search passes over it", name)
				}
				if len(name) >= anyLength {
					t.Errorf("%q is longer than the table of marks allows", name)
				}
			}
		})
	}
}

func TestWhatIsNoMark(t *testing.T) {
	for _, name := range []string{"", "m", "Member", "members", "mysql.", "dump.rdb.gz", "PG_", "PG_15", "PG_15_2022", "PG_15_20220906x", "PG_x_202209061", "P", "global.h", "basement", strings.Repeat("m", 31), strings.Repeat("member", 40), "member\x00"} {
		if IsMark([]byte(name)) {
			t.Errorf("%q is taken for a mark", name)
		}
	}
	for _, name := range []string{"PG_15_202209061", "PG_9.6_201608131"} {
		if !IsMark([]byte(name)) {
			t.Errorf("%q is passed over", name)
		}
	}
}

// FuzzIsMark: the table answers as the engines do, one by one.
func FuzzIsMark(f *testing.F) {
	for _, e := range registry {
		for _, name := range e.Marks {
			f.Add(name)
		}
	}
	for _, name := range []string{"", "PG_15_202209061", "PG_", "PG_1_", "mysq", strings.Repeat("P", 31), strings.Repeat("m", 63)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		want := false
		for _, e := range registry {
			around := e.Around != nil && e.Around(name) != (Piece{})
			if around && !strings.HasPrefix(name, e.AroundPrefix) {
				t.Errorf("%s makes a directory called %q, without its prefix %q", e.Name, name, e.AroundPrefix)
			}
			want = want || around || slices.Contains(e.Marks, name)
		}
		if got := IsMark([]byte(name)); got != want {
			t.Errorf("IsMark(%q) is %v, want %v", name, got, want)
		}
	})
}

func TestWhoseServerAProgramIs(t *testing.T) {
	for program, want := range map[string]string{
		"postgres": "postgresql", "postmaster": "postgresql",
		"mariadbd": "mariadb", "mysqld": "mysql",
		"redis-server": "redis", "redis-server *:": "redis", "valkey-server": "redis", // of what the program calls itself the kernel keeps 15 bytes
		"mongod": "mongodb", "etcd": "etcd",

		"": "", "psql": "", "mariadb": "", "mysql": "", "mysqldump": "", "mysqld_safe": "", "redis-cli": "", "redis-sentinel": "", "mongos": "", "mongosh": "", "etcdctl": "",
	} {
		got := ""
		if e := ofProgram(program); e != nil {
			got = e.Name
		}
		if got != want {
			t.Errorf("%q is a server of %q, want %q", program, got, want)
		}
		if IsServer(program) != (want != "") {
			t.Errorf("IsServer(%q) is %v", program, IsServer(program))
		}
		if want == "" {
			continue
		}
		for _, e := range registry {
			if e.Serves(program) && e.Name != want {
				t.Errorf("%q is also a server of %s: the order of the registry decides", program, e.Name)
			}
		}
	}
}

// A connection string that no engine reads is refused, with a reason.
func TestCandidatesAreRead(t *testing.T) {
	if err := CheckCandidate("host=db2 port=5433"); err != nil {
		t.Errorf("one that can be read: %v", err)
	}
	for _, text := range []string{"nonsense", "host=db2 password=x"} {
		if err := CheckCandidate(text); err == nil || strings.Contains(err.Error(), "password=x") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
