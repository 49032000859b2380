package guard

// Reading says how much of a word is known before the command runs.
type Reading int

const (
	AnyNumber Reading = iota // zero or more words that are not known: $X, *, $(…), xargs input
	OneWord                  // exactly one word, whose text is not known: "$X"
	Literal                  // exactly one word: Word.Text
)

// Word is one argument of an operation, as far as it can be read before the
// command runs. The zero Word is any number of unknown words.
type Word struct {
	// Text is the argument itself when Reading is Literal (any bytes, also
	// invalid UTF-8); otherwise the source text, only to be shown.
	Text    string  `json:"text"`
	Reading Reading `json:"reading"`
	// Reason says why the word is not known ("expands when the shell runs").
	Reason string `json:"reason,omitempty"`
}

// Lit is the word that is known to be text.
func Lit(text string) Word { return Word{Text: text, Reading: Literal} }

// Lits are the words that are known to be texts.
func Lits(texts ...string) []Word {
	words := make([]Word, len(texts))
	for i, text := range texts {
		words[i] = Lit(text)
	}
	return words
}

// Account is the user that an operation runs as. The zero Account is not known.
type Account struct {
	Known bool   `json:"known"`
	Name  string `json:"name,omitempty"` // decoration: "" when the number has no name
	UID   int    `json:"uid"`            // -1 when only the name is known
	Home  string `json:"home,omitempty"`
}

// Operation is one program that would run, with its arguments, as far as they
// can be read from the submitted command: behind sudo, env, sh -c, xargs, …
type Operation struct {
	// Program is the basename by which commands are matched: "rm" for /bin/rm
	// and for busybox rm. Empty when it is not known.
	Program string `json:"program"`
	// Path is the program as it was written: "/bin/rm".
	Path string `json:"path,omitempty"`
	// Args are the arguments after the program's name.
	Args []Word `json:"args"`
	// Via are the wrappers around the operation, outermost first, as they would
	// be shown: "sudo -u postgres", "sh -c".
	Via []string `json:"via,omitempty"`
	// Account is who it runs as.
	Account Account `json:"account"`
	// Dir is its working directory: a Literal absolute path, or not known.
	Dir Word `json:"dir"`
	// Env are the variables known to be set for it. A name that is absent is
	// not set when EnvComplete, and not known otherwise.
	Env         map[string]string `json:"-"`
	EnvComplete bool              `json:"-"`
	// Opaque says why the operation as a whole could not be read: a script, an
	// unknown flag of a wrapper, text that does not parse. Empty when it could.
	Opaque string `json:"opaque,omitempty"`
	// On is how the operation comes about: "" for a program that is executed,
	// "truncate" for a redirection that empties a file, "signal" for a shell
	// that signals a process.
	On string `json:"on,omitempty"`
	// Supervised: what it executes is seen, and decided, when it does so.
	Supervised bool `json:"supervised,omitempty"`
	// Transparent: supervised, and it does by itself nothing that lasts but what
	// is seen and decided too: it is a shell or make, not python.
	Transparent bool `json:"transparent,omitempty"`
	// Unseen: what it executes should have been decided when it is executed, but
	// cannot be seen here.
	Unseen bool `json:"unseen,omitempty"`
	// Background: nothing waits for it, as after & or in >(…), so it may still run
	// when the command has ended.
	Background bool `json:"background,omitempty"`
	// Server is what runs it in place of the program that was typed, out of guard's
	// sight: "the tmux server", "the shell on db1". Empty: it runs here.
	Server string `json:"server,omitempty"`
	// Far: the server is on another host or in a container, where a path is not the file
	// that it is here.
	Far bool `json:"far,omitempty"`
	// Builtin: the shell does it itself; there need not be a program of that name.
	Builtin bool `json:"builtin,omitempty"`
}
