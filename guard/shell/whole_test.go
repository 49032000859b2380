package shell

import (
	"fmt"
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"blastguard/guard"
)

// started is how a script is started in the world of the cases.
func started(shell, text string) Script {
	return Script{
		Shell: shell, Text: text, Lookup: here().Lookup,
		By: guard.Operation{Account: here().Account, Dir: guard.Lit("/work"), Env: map[string]string{"HOME": "/home/me"}, EnvComplete: true},
	}
}

// lines are the steps of a script as "LINE:COLUMN operation".
func (l Listing) lines() string {
	var all []string
	for _, step := range l.Steps {
		all = append(all, fmt.Sprintf("%d:%d %s", step.Line, step.Column, shown(step.Operation)))
	}
	if l.Flaw != nil {
		all = append(all, fmt.Sprintf("%d:%d FLAW %s", l.Flaw.Line, l.Flaw.Column, l.Flaw.What))
	}
	return strings.Join(all, "\n")
}

func TestList(t *testing.T) {
	for _, test := range []struct{ name, shell, text, want string }{
		{"each command at its own line", "bash", "#!/bin/bash\n\nrm a\nif true; then\n\trm b |\n\t  tee c\nfi\n",
			"3:1 rm a\n4:4 true    # builtin\n5:2 rm b\n6:4 tee c"},
		{"a command over several lines begins at its first", "sh", "rm \\\n  a \\\n  b\nmv c d", "1:1 rm a b\n4:1 mv c d"},
		{"a function is listed once, where it is defined", "bash", "wipe() {\n  rm \"$1\"\n}\nwipe a\nwipe b\n", "2:3 rm <\"$1\">"},
		{"a function hides the program of its name", "bash", "rm() { mv \"$1\" t; }\nrm x\n", "1:8 mv <\"$1\"> t"},
		{"several programs of one command stand at its place", "bash", "sudo -u postgres sh -c 'rm a; mv b c'",
			"1:1 rm a    # via sudo -u postgres | sh -c; as postgres\n1:1 mv b c    # via sudo -u postgres | sh -c; as postgres"},
		{"a redirection stands at its own line", "bash", "{\n  echo a\n} > log\n", "2:3 echo a    # builtin\n3:3 truncate --size=0 -- log    # on truncate"},
		{"what is substituted stands where it is", "bash", "echo a \\\n  \"$(rm b)\"\n", "1:1 echo a <\"$(rm b)\">    # builtin\n2:6 rm b"},
		{"a here-document for a shell is read", "bash", "sh <<E\nrm a\nE\nrm b\n", "1:1 rm a    # via sh\n4:1 rm b"},
		{"sh may be dash or bash: what differs is read both ways, and once where not", "sh", "[[ a > b ]]\nrm c\n",
			"1:1 [[ a ']]'\n1:6 truncate --size=0 -- b    # on truncate\n2:1 rm c"},
		{"an unknown language", "fish", "rm a", "1:1 FLAW guard does not read the language of fish"},
		{"what stands before a syntax error is listed", "bash", "rm a\nif true; then\n  rm b\n", "1:1 rm a\n2:1 FLAW `if` statement must end with `fi`"},
		{"an open quote", "bash", "rm a\nrm 'b\n", "1:1 rm a\n2:4 FLAW reached EOF without closing quote `'`"},
		{"arrays are none of dash", "dash", "rm a\nX=(b)\n", "1:1 rm a\n2:3 FLAW arrays are a bash/mksh/zsh feature; tried parsing as posix"},
		{"carriage returns", "bash", "rm a\r\n", "1:1 FLAW the script has carriage returns, which shells take for part of a word"},
		{"nothing", "bash", "# nothing\n", ""},
		{"guard's own prefix", "bash", "guard --expect host=db2 rm a\nguard run -- rm b\nguard check rm c\nguard --unheard rm d\n",
			"1:1 rm a    # via guard --expect host=db2\n2:1 rm b    # via guard run --\n3:1 guard check rm c\n" +
				"4:1 guard --unheard rm d    # OPAQUE: guard: guard does not know its flag --unheard"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := List(started(test.shell, test.text)).lines(); got != test.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", test.text, got, test.want)
			}
		})
	}
}

func TestListExpandsOnlyWhatIsCertain(t *testing.T) {
	for _, test := range []struct{ name, shell, text, want string }{
		{"assigned once, before", "bash", "T=precious\nrm \"$T\" $T \"/srv/${T}/x\"", "rm precious precious /srv/precious/x"},
		{"one constant in another", "sh", "A=/srv\nB=\"$A/old\"\nrm \"$B\"", "rm /srv/old"},
		{"readonly and export", "bash", "readonly A=x\nexport B=y\nrm $A $B", "rm x y"},
		{"readonly and export, also where they are ordinary words", "dash", "readonly A=x\nexport B=\"$A/y\" C\nrm $A $B", "rm x x/y"},
		{"local, where it is an ordinary word", "dash", "A=x\nf() { local A=y; }\nrm $A", "rm <$A…>"},
		{"in a function that is defined later", "bash", "A=x\nf() { rm $A; }", "rm x"},
		{"in a function that is defined before", "bash", "f() { rm \"$A\"; }\nA=x\nf", `rm <"$A">`},
		{"before it is assigned", "bash", "rm \"$A\"\nA=x", `rm <"$A">`},
		{"assigned twice", "bash", "A=x\nA=y\nrm \"$A\"", `rm <"$A">`},
		{"assigned in a branch", "bash", "if true; then A=x; fi\nrm \"$A\"", `rm <"$A">`},
		{"changed by read", "bash", "A=x\nread A\nrm \"$A\"", `rm <"$A">`},
		{"changed by a loop", "bash", "A=x\nfor A in y; do :; done\nrm \"$A\"", `rm <"$A">`},
		{"changed by arithmetic", "bash", "A=1\n((A++))\nrm \"$A\"", `rm <"$A">`},
		{"changed by printf -v", "bash", "A=1\nprintf -v A x\nrm \"$A\"", `rm <"$A">`},
		{"changed by printf -v of an unknown name", "bash", "A=1\nprintf -v \"$N\" x\nrm \"$A\"", `rm <"$A">`},
		{"changed through a reference", "bash", "A=1\ndeclare -n R=A\nR=2\nrm \"$A\"", `rm <"$A">`},
		{"changed by a default", "bash", "A=\n: ${A:=x}\nrm \"$A\"", `rm <"$A">`},
		{"set for one command", "bash", "A=x\nA=y sh -c :\nrm \"$A\"", `rm <"$A">`},
		{"eval may change it", "bash", "A=x\neval \"$B\"\nrm \"$A\"", `rm <"$A">`},
		{"a file that is read may", "bash", "A=x\n. ./lib\nrm \"$A\"", `rm <"$A">`},
		{"an unknown command may be eval", "bash", "A=x\n$B\nrm \"$A\"", `rm <"$A">`},
		{"a command with a path cannot", "bash", "A=x\n\"$B/c\"\nrm \"$A\"", "rm x"},
		{"a trap that assigns nothing", "bash", "trap 'rm -f lock' EXIT\nA=x\nrm \"$A\"", "rm x"},
		{"a trap that assigns", "bash", "trap 'A=y' EXIT\nA=x\nrm \"$A\"", `rm <"$A">`},
		{"unset", "bash", "A=x\nunset A\nrm \"$A\"", `rm <"$A">`},
		{"words that would be split", "bash", "A='x y'\nrm $A \"$A\"", "rm <$A…> 'x y'"},
		{"IFS is set", "bash", "IFS=c\nA=acb\nrm $A", "rm <$A…>"},
		{"a file pattern", "bash", "A='*'\nrm $A \"$A\"", "rm <$A…> '*'"},
		{"in the background", "bash", "A=x &\nrm \"$A\"", `rm <"$A">`},
		{"a home directory", "bash", "A=~/x\nrm \"$A\"", `rm <"$A">`},
		{"not a plain expansion", "bash", "A=abc\nrm \"${A%c}\" \"${#A}\"", `rm <"${A%c}"> <"${#A}">`},
		{"the shell's own variables", "bash", "RANDOM=1\nrm \"$RANDOM\"", `rm <"$RANDOM">`},
		{"zsh", "zsh", "A=x\nrm \"$A\"", `rm <"$A">`},
		{"not inside another text", "bash", "A=x\nsh -c 'rm \"$A\"'", `rm <"$A">    # via sh -c`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, step := range List(started(test.shell, test.text)).Steps {
				if op := step.Operation; op.Program == "rm" && !slices.Contains(op.Via, "trap") {
					op.Dir = guard.Lit("/work")
					got = append(got, shown(op))
				}
			}
			if len(got) != 1 || got[0] != test.want {
				t.Errorf("%s\ngot %q, want %q", test.text, got, test.want)
			}
		})
	}
}

// A loop over known words is listed once for each value, and what does not depend on
// the value once.
func TestListUnrollsLoops(t *testing.T) {
	for _, test := range []struct{ name, shell, text, want string }{
		{"over words", "bash", "for d in /a /b; do rm -rf \"$d\"; echo x; done", `rm -rf /a|rm -rf /b`},
		{"over constants", "sh", "A=/srv\nfor d in \"$A/x\" $A/y; do rm $d; done", `rm /srv/x|rm /srv/y`},
		{"over braces", "bash", "for d in /srv/{a,b}; do rm \"$d\"; done", `rm /srv/a|rm /srv/b`},
		{"over an array", "bash", "D=(/a '/b c')\nfor d in \"${D[@]}\"; do rm \"$d\"; done", `rm /a|rm '/b c'`},
		{"an array as words", "bash", "D=(/a /b)\nrm \"${D[@]}\" ${D[@]}", `rm /a /b /a /b`},
		{"an array that would be split", "bash", "D=('a b' c)\nrm ${D[@]}", `rm <${D[@]}…>`},
		{"one element of an array", "bash", "D=(/a /b)\nrm \"${D[0]}\" \"$D\"", `rm <"${D[0]}"…> <"$D">`},
		{"all elements in one word", "bash", "D=(/a /b)\nrm \"${D[*]}\"", `rm <"${D[*]}"…>`},
		{"an array that grows", "bash", "D=(/a)\nD+=(/b)\nrm \"${D[@]}\"", `rm <"${D[@]}"…>`},
		{"an array of which one element changes", "bash", "D=(/a)\nD[0]=/b\nrm \"${D[@]}\"", `rm <"${D[@]}"…>`},
		{"an array of what is not known", "bash", "D=(/a $X)\nrm \"${D[@]}\"", `rm <"${D[@]}"…>`},
		{"an array with files of a pattern", "bash", "D=(/a/*)\nrm \"${D[@]}\"", `rm <"${D[@]}"…>`},
		{"an array with an index", "bash", "D=([3]=/a)\nrm \"${D[@]}\"", `rm <"${D[@]}"…>`},
		{"an empty array", "bash", "D=()\nrm x \"${D[@]}\"", `rm x <"${D[@]}"…>`},
		{"an array before it is assigned", "bash", "rm \"${D[@]}\"\nD=(/a)", `rm <"${D[@]}"…>`},
		{"loops in loops", "bash", "for a in 1 2; do for b in x y; do rm $a$b; done; done", `rm 1x|rm 1y|rm 2x|rm 2y`},
		{"over what is not known", "bash", "for d in /a $X; do rm \"$d\"; done", `rm <"$d">`},
		{"over the arguments", "bash", "for d; do rm \"$d\"; done", `rm <"$d">`},
		{"a variable that the body changes", "bash", "for d in /a /b; do d=/c; rm \"$d\"; done", `rm <"$d">`},
		{"a variable of two loops", "bash", "for d in /a; do rm \"$d\"; done; for d in /b; do rm \"$d\"; done", `rm <"$d">|rm <"$d">`},
		{"behind the loop", "bash", "for d in /a /b; do :; done; rm \"$d\"", `rm <"$d">`},
		{"in a function that stands in the loop", "bash", "for d in /a /b; do f() { rm \"$d\"; }; f; done", `rm /a|rm /b`},
		{"in a function that is called in it", "bash", "f() { rm \"$d\"; }\nfor d in /a /b; do f; done", `rm <"$d">`},
		{"a loop in a pipe", "bash", "for d in /a /b; do rm \"$d\"; done | cat", `rm /a|rm /b`},
		{"where eval may change it", "bash", "for d in /a /b; do eval \"$X\"; rm \"$d\"; done", `rm <"$d">`},
		{"of zsh", "zsh", "for d in /a /b; do rm \"$d\"; done", `rm <"$d">`},
		{"an arithmetic loop", "bash", "for ((i=0; i<2; i++)); do rm \"$i\"; done", `rm <"$i">`},
		{"a loop with very many words", "bash", "for d in " + strings.Repeat("/a ", 51) + "; do rm \"$d\"; done", `rm <"$d">`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			echoes := 0
			for _, step := range List(started(test.shell, test.text)).Steps {
				op := step.Operation
				op.Dir = guard.Lit("/work")
				switch op.Program {
				case "rm":
					got = append(got, shown(op))
				case "echo":
					echoes++
				}
			}
			if strings.Join(got, "|") != test.want || echoes > 1 {
				t.Errorf("%s\ngot %q, want %q; echo %d times", test.text, strings.Join(got, "|"), test.want, echoes)
			}
		})
	}
}

func TestBlanksAreWordsThatAreNotKnown(t *testing.T) {
	for _, test := range []struct{ name, text, blank, want string }{
		{"a word", "rm <dir>", "<dir>", "1:1 rm <<dir>>"},
		{"a part of one", "rm /srv/<dir>/x", "<dir>", "1:1 rm </srv/<dir>/x>"},
		{"in double quotes", `rm "<dir>"`, "<dir>", `1:1 rm <"<dir>">`},
		{"in single quotes", `rm '<dir>'`, "<dir>", `1:1 rm <'<dir>'>`},
		{"with blanks in it", "rm <the directory> x", "<the directory>", "1:1 rm <<the directory>> x"},
		{"the program", "<tool> x", "<tool>", "1:1 <<tool>> x    # OPAQUE: the program is only known when it runs: it is filled in before it is run"},
		{"a redirection", "echo > <file>", "<file>", "1:1 echo    # builtin\n1:6 truncate --size=0 -- <<file>>    # on truncate"},
		{"a text for a shell", "sh -c 'rm <dir>'", "<dir>", "1:1 sh -c <'rm <dir>'>    # via sh -c; OPAQUE: its shell text is only known when it runs: it is filled in before it is run"},
		{"a here-document for a shell", "sh <<E\nrm <dir>\nE", "<dir>", "1:1 sh    # OPAQUE: sh: reads its commands from standard input, which guard does not see"},
	} {
		t.Run(test.name, func(t *testing.T) {
			script := started("bash", test.text)
			at := strings.Index(test.text, test.blank)
			script.Blanks = []Span{{at, at + len(test.blank)}}
			if got := List(script).lines(); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestReads(t *testing.T) {
	for _, test := range []struct {
		name string
		argv []string
		want string
	}{
		{"a shell's script", []string{"bash", "-x", "a.sh", "b"}, "bash a.sh [a.sh b] false"},
		{"under -e", []string{"/bin/sh", "-e", "a.sh"}, "sh a.sh [a.sh] true"},
		{"behind sudo", []string{"sudo", "zsh", "a.sh"}, "zsh a.sh [a.sh] false"},
		{"a text", []string{"sh", "-c", "rm a"}, ""},
		{"its input", []string{"sh", "-s", "a.sh"}, ""},
		{"nothing", []string{"bash"}, ""},
		{"no shell", []string{"python3", "a.py"}, ""},
		{"an unknown flag", []string{"bash", "--unheard", "a.sh"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			for _, op := range Operations(test.argv, here()) {
				if file, script, ok := Reads(op); ok {
					got = fmt.Sprintf("%s %s [%s] %v", script.Shell, file, show(script.Args), script.Errexit)
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestHashbang(t *testing.T) {
	for _, test := range []struct {
		text, want string
		errexit    bool
	}{
		{"#!/bin/sh\n", "sh", false}, {"#! /bin/bash -e\n", "bash", true}, {"#!/usr/bin/env bash\n", "bash", false},
		{"#!/usr/bin/env -S bash -eu\n", "bash", true}, {"#!/usr/bin/env -S A=b zsh\n", "zsh", false}, {"#!/usr/bin/python3\n", "python3", false},
		{"#!\n", "", false}, {"#!/usr/bin/env\n", "", false}, {"rm a\n", "", false}, {"", "", false},
	} {
		if got, errexit := Hashbang(test.text); got != test.want || errexit != test.errexit {
			t.Errorf("%q: %q %v, want %q %v", test.text, got, errexit, test.want, test.errexit)
		}
	}
}

func TestIncomplete(t *testing.T) {
	for text, want := range map[string]bool{
		"rm a\n": false, "rm 'a\n": true, "rm \\\n": true, "if true\n": true, "cat <<E\na\n": true, "cat <<E\na\nE\n": false, "rm a |\n": true, "rm a )\n": false, "": false,
	} {
		if got := Incomplete(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// listed are the operations of a script in the arena. A flaw stands for
// whatever may follow.
func (a arena) listed(shell, text string) []guard.Operation {
	by := start(Context{Dir: a.work, Env: a.env()}).operation(nil)
	listing := List(Script{Shell: filepath.Base(shell), Text: text, By: by})
	var ops []guard.Operation
	for _, step := range listing.Steps {
		ops = append(ops, step.Operation)
	}
	if listing.Flaw != nil {
		ops = append(ops, guard.Operation{Opaque: listing.Flaw.What})
	}
	return ops
}

// No shell runs a program, or empties a file, that its list does not have;
// constants included.
func TestRealShellsRunNothingThatWasNotListed(t *testing.T) {
	a := newArena(t)
	for i, shell := range shellsHere(t) {
		random := rand.New(rand.NewSource(int64(i + 100)))
		texts := slices.Concat(handWritten, withConstants)
		for range generatedTexts {
			texts = append(texts, "C=keep1\nD='p q'\nreadonly E=\"$C/z\"\n"+strings.ReplaceAll(generate(random, 3), `"$x"`, `"$C" $C "$D" $E`))
		}
		for _, text := range texts {
			calls, changed := a.let(t, shell, text)
			ops := a.listed(shell, text)
			for _, call := range calls {
				if !slices.ContainsFunc(ops, func(op guard.Operation) bool { return covers(op, call) }) {
					t.Errorf("%s ran %+v, which was not listed, of\n%s\n%s", shell, call, text, listing(ops))
				}
			}
			for _, file := range changed {
				if !slices.ContainsFunc(ops, func(op guard.Operation) bool { return empties(op, filepath.Join(a.work, file)) }) {
					t.Errorf("%s changed %s, which was not listed, of\n%s\n%s", shell, file, text, listing(ops))
				}
			}
		}
	}
}

// withConstants are texts in which a variable is, or only seems to be, certain.
var withConstants = []string{
	"A=b; rm $A", "A=b; echo > $A", "A=keep1; echo > \"$A\"", "A=b\nA=c rm $A", "A=b; (A=c; rm $A)", "A=b; f() { A=c; }; f; rm $A", "A=b; f() { local A=c; rm $A; }; f",
	"A=b; for A in c; do rm $A; done", "A=b; echo c | { read A; rm $A; }", "A=b; read A <<E\nc\nE\nrm $A", "A=b; : $((A=3)); rm $A", "A=3; rm $((A+1)) $A", "A=b; eval A=c; rm $A",
	"A=b; X=A; printf -v $X c; rm $A", "A=b; X=A; read $X <<E\nc\nE\nrm $A", "A=b; typeset -n R=A; R=c; rm $A", "A=b; unset A; rm \"$A\"", "A=b; X='A=c'; eval $X; rm $A", "A=b; X=eval; $X A=c; rm $A",
	"A='b c'; rm $A", "A=abc; IFS=b; rm $A", "A='k*1'; rm $A", "A='$x'; rm \"$A\"", "A=\"b\\$c\"; rm \"$A\"", "A=b:~; rm $A", "A={b,c}; rm $A", "A=b; trap 'A=c; rm $A' EXIT; rm $A", "typeset -i A=3+4; rm $A",
	"export A=b; rm $A; sh -c 'rm $A'", "export A=b\nsh -c 'A=c; rm $A'", "readonly A=b; A=c; rm $A", "A=b | rm $A", "A=b & wait; rm \"$A\"", "false && A=b\nrm \"$A\"", "A=b; set -- c; rm $A $1", "A=b C=d; rm $A $C",
	"A=b C=$A; rm $C", "export A=b C=$A; rm \"$C\"", "f() { rm \"$A\"; }; A=b; f", "A=b; f() { rm \"$A\"; }; f", "A=; rm \"$A\" $A", "A=b; [[ -v A ]]; rm $A", "A=b; exec {A}> keep1; rm $A",
	"A=b; mapfile A <<E\nc\nE\nrm $A", "A=b; getopts c A -c; rm $A", "A=b; select A in c; do break; done <<E\n1\nE\nrm $A", "A=b; while A=c; do break; done; rm $A", "A=b; case a in a) A=c;; esac; rm $A", "UID=5; rm \"$UID\"",
}

func FuzzList(f *testing.F) {
	for _, text := range slices.Concat(handWritten, withConstants) {
		f.Add(text, 3, 9)
	}
	f.Add("0&0\xfc", 0, 0)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		if len(text) > 10_000 {
			return
		}
		for _, shell := range []string{"sh", "bash", "zsh"} {
			script := started(shell, text)
			script.Blanks = []Span{{from, to}}
			if from < 0 || from > to || to > len(text) || !utf8.ValidString(text) {
				script.Blanks = nil
			}
			listing := List(script)
			last := strings.Count(text, "\n") + 1
			for _, step := range listing.Steps {
				if step.Line < 1 || step.EndLine < step.Line || step.EndLine > last || step.Column < 1 {
					t.Errorf("%q: %+v stands outside", text, step)
				}
				if step.Text != text[step.Span.Start:step.Span.End] {
					t.Errorf("%q: %q is not what stands at %v", text, step.Text, step.Span)
				}
				if step.Operation.Program == "" && step.Operation.Opaque == "" {
					t.Errorf("%q: neither a program nor opaque: %+v", text, step.Operation)
				}
			}
			if listing.Flaw != nil && (listing.Flaw.Line < 1 || listing.Flaw.Line > last+1 || strings.HasPrefix(listing.Flaw.What, "guard failed")) {
				t.Errorf("%q: %+v", text, listing.Flaw)
			}
		}
	})
}

// A long script is listed in a time that is not felt. The bound is a hundred
// times what it takes: it is there for what grows with the square.
func TestALongScriptIsListedAtOnce(t *testing.T) {
	text := "#!/bin/sh\n" + strings.Repeat("[[ -d \"$D\" ]] && rm -rf \"$D/x\" > log # and more\n", 5000)
	began := time.Now()
	listing := List(started("sh", text))
	if listing.Flaw != nil && !strings.Contains(listing.Flaw.What, "operations") || len(listing.Steps) < 9000 {
		t.Errorf("%d steps, %+v", len(listing.Steps), listing.Flaw)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
}
