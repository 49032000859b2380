package shell

import (
	"maps"
	"path"
	"strconv"
	"strings"

	"blastguard/guard"
)

// scene is where a program would run: what the wrappers around it have made of
// the caller's Context. It is passed by value; its slices and maps are never
// changed in place.
type scene struct {
	via         []string
	account     guard.Account
	dir         guard.Word
	env         map[string]string
	envComplete bool
	opaque      string  // why everything that runs here is opaque
	background  bool    // nobody waits for what runs here
	server      string  // who runs it, where guard does not see it; "" for nobody else
	far         bool    // the server is on another host, or in a container
	stdin       *string // the text on standard input; nil: not known
	texts       int     // shell texts around it
	depth       int     // wrappers and texts around it
}

func start(in Context) scene {
	sc := scene{account: in.Account, dir: unknownDir("the directory is not known"), env: map[string]string{}, envComplete: true}
	if path.IsAbs(in.Dir) {
		sc.dir = guard.Lit(in.Dir)
	}
	for _, entry := range in.Env {
		if name, value, ok := strings.Cut(entry, "="); ok {
			sc.env[name] = value
		}
	}
	return sc
}

func unknownDir(reason string) guard.Word {
	return guard.Word{Reading: guard.OneWord, Reason: reason}
}

// inside is the scene one wrapper further in.
func (sc scene) inside(shown string) scene {
	sc.via = append(sc.via[:len(sc.via):len(sc.via)], shown)
	sc.depth++
	return sc
}

// chdir enters a directory by the kernel's rules: a ".." after a link leads
// elsewhere than its text, so such a path is not known.
func (sc *scene) chdir(to guard.Word) {
	sc.dir = enter(sc.dir, to)
}

func enter(from, to guard.Word) guard.Word {
	switch {
	case to.Reading != guard.Literal:
		return unknownDir("it goes to " + guard.Printable(to.Text) + ", which is only known when it runs")
	case to.Text == "":
		return unknownDir("it goes to a directory without a name")
	case hasDotDot(to.Text):
		return unknownDir("it goes to " + guard.Printable(to.Text) + ", where .. may follow a link")
	case path.IsAbs(to.Text):
		return guard.Lit(path.Clean(to.Text))
	case from.Reading != guard.Literal:
		return from
	default:
		return guard.Lit(path.Join(from.Text, to.Text))
	}
}

func hasDotDot(name string) bool {
	return strings.HasPrefix(name, "../") || strings.HasSuffix(name, "/..") || strings.Contains(name, "/../") || name == ".."
}

// setenv sets one variable; a value that is not known makes the variable
// unknown.
func (sc *scene) setenv(name string, value guard.Word) {
	sc.env = maps.Clone(sc.env)
	if sc.env == nil {
		sc.env = map[string]string{}
	}
	if value.Reading == guard.Literal {
		sc.env[name] = value.Text
		return
	}
	delete(sc.env, name)
	sc.envComplete = false
}

func (sc *scene) unsetenv(name guard.Word) {
	if name.Reading != guard.Literal {
		sc.forgetEnv()
		return
	}
	sc.env = maps.Clone(sc.env)
	delete(sc.env, name.Text)
}

// forgetEnv: from here on nothing is known about the environment.
func (sc *scene) forgetEnv() { sc.env, sc.envComplete = map[string]string{}, false }

// become changes the account as sudo -u and its like do.
func (r *reader) become(sc *scene, who guard.Word) {
	sc.account = r.account(who)
	sc.forgetEnv()
}

func (r *reader) account(who guard.Word) guard.Account {
	if who.Reading != guard.Literal {
		return guard.Account{UID: -1}
	}
	name := strings.TrimPrefix(who.Text, "#")
	if r.lookup != nil {
		if account, ok := r.lookup(name); ok {
			return account
		}
	}
	if uid, err := strconv.Atoi(name); err == nil && uid >= 0 {
		return guard.Account{Known: true, UID: uid}
	}
	if name == "root" {
		return guard.Account{Known: true, Name: "root", UID: 0}
	}
	return guard.Account{Name: name, UID: -1}
}

// login makes the scene that of a login shell: the account's home, a fresh
// environment.
func (sc *scene) login() {
	sc.forgetEnv()
	sc.dir = unknownDir("a login starts in a home directory that is not known")
	if path.IsAbs(sc.account.Home) {
		sc.dir = guard.Lit(path.Clean(sc.account.Home))
		sc.env["HOME"] = sc.account.Home
	}
}
