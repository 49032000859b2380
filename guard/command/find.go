package command

import (
	"regexp"
	"strings"
	"sync"

	"blastguard/guard"
	"blastguard/guard/program"
)

// The grammar of find, as GNU, BSD and busybox have it together:
//
//	find [OPTION…] [START…] [EXPRESSION]
//
// Options are those of leadingOption. Starts are the words up to the first that
// begins an expression. The expression is made of primaries, each with a fixed
// number of arguments, and operators. A primary is given to the flag whose long
// name it is, without the dash, with its argument as the value (FILE of -fprintf);
// one without arguments gives "true", or its own name to a list. An -exec gives
// the names of what it runs.
//
// Two spellings do not belong to find. "newerXY" stands for all of -newermt and its
// kin. "unrestricted" is set where -delete or an -exec is reached by every file,
// whatever it is called, how old it is and whose: of no test before it is it known
// that it must be true. The type of a file and its depth do not restrict.
const (
	unrestricted = "unrestricted"
	anyNewer     = "newerXY"
)

// arguments of each primary; execArguments go up to ";" or "{} +".
const execArguments = -1

// What only find needs is made when the first find is read.
var (
	findPrimaries = sync.OnceValue(primaryTable)
	newerForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^newer[aBcm][aBcmt]$`) })
	depthForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[-+]?[0-9]+$`) })
	bsdOptions    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[EHLPXdsx]+$`) })
	bsdStart      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[EHLPXdsx]*f(.*)$`) })
)

func primaryTable() map[string]int {
	table := map[string]int{}
	for arguments, names := range map[int]string{
		0: `a acl and d daystart delete depth empty executable false follow help ignore_readdir_race ls mount nogroup noignore_readdir_race
			noleaf not nouser nowarn o or print print0 prune quit readable rm sparse true version warn writable xattr xautofs xdev`,
		1: `amin anewer asince atime Bmin Bnewer bnewer bsince Bsince Btime bmin btime cmin cnewer context csince ctime files0-from flags fls fprint fprint0
			fstype gid group ilname iname inname inum ipath iregex iwholename links lname maxdepth mindepth mmin mnewer msince mtime name newer
			newerXY path perm printf regex regextype samefile since size type uid used user wholename xattrname xtype`,
		2:             `fprintf`,
		execArguments: `exec execdir ok okdir`,
	} {
		for _, name := range strings.Fields(names) {
			table[name] = arguments
		}
	}
	return table
}

// unrestricting are the primaries that every file may pass: options, actions, and
// tests of the kind of a file.
var unrestricting = lazyWordSet(`a acl and d daystart delete depth exec execdir false files0-from fls follow fprint fprint0 fprintf fstype
	help ignore_readdir_race ls maxdepth mindepth mount noignore_readdir_race noleaf not nowarn o ok okdir or print print0 printf prune quit
	readable regextype rm true type version warn writable xautofs xdev xtype`)

func lazyWordSet(text string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool { return wordSet(text) })
}

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// findPrimary is the name of a primary and how many arguments it has; known is
// false for one that no version of find has.
func findPrimary(text string) (name string, arguments int, known bool) {
	name = strings.TrimPrefix(strings.TrimPrefix(text, "-"), "-")
	if newerForm().MatchString(name) {
		name = anyNewer
	}
	arguments, known = findPrimaries()[name]
	return name, arguments, known && strings.HasPrefix(text, "-")
}

// beginsExpression: the word is not a start. A "(" or "!" with more after it is the
// name of a file, and so are ")" and "," where no expression has begun.
func beginsExpression(text string) bool {
	return text == "(" || text == "!" || len(text) > 1 && text[0] == '-'
}

// execWords are those of the program that an -exec runs: all up to a ";", or to
// a "+" after "{}". Without an end all words belong to it, and find fails.
func execWords(words []guard.Word) (program, rest []guard.Word) {
	for i, word := range words {
		switch {
		case word.Reading != guard.Literal:
		case word.Text == ";", word.Text == "+" && i > 0 && words[i-1].Reading == guard.Literal && words[i-1].Text == "{}":
			return words[:i], words[i+1:]
		}
	}
	return words, nil
}

// executed are the names of the programs of an -exec: the first word and, where that
// runs the program after it, all others, for one of them is the program.
func executed(words []guard.Word) []guard.Word {
	var names []guard.Word
	for _, word := range words {
		if word.Reading == guard.Literal {
			word.Text = word.Text[strings.LastIndexByte(word.Text, '/')+1:]
		}
		names = append(names, word)
		if word.Reading == guard.Literal && len(names) == 1 && !program.Of(word.Text).Is(program.Wrapper|program.UserChanger) {
			break
		}
	}
	return names
}
