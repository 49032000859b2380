package shell

import (
	"math/rand"
	"strings"
)

const generatedTexts = 50

// handWritten are texts in which shells differ or readers err. No absolute
// path, nothing but shims and builtins.
var handWritten = []string{
	`rm a; mv b c`, `rm "$x" $x $y "$y"`, `rm 'a b' "c d" e\ f`, `rm *`, `rm keep?`, `rm [k]eep1`, `rm {a,b}`, `rm {1..3}`, `rm a{b,c}d{e,f}`,
	`rm {a,"b c"}`, `rm "{a,b}"`, `rm {a}`, `rm a{,b}`, `rm {a,b}*`, `rm ~`, `rm ~/x`, `rm "~"`, `rm \~`, `rm a~b`, `rm a=~`, `rm a=~/x`, `rm ~"x"`,
	`rm $'a\tb\x41\101\u00e4'`, `rm $"a"`, `rm "a\b\$\"\\"`, `rm a\
b`, `rm "a\
b"`, `rm ''`, `rm ""`, `rm "$@"`, `rm "$*"`, `rm $#`, `rm "$0"`, `rm "${y:-d e}"`, `rm ${y:-d e}`, `rm "$((1+1))"`, `rm $((1+1))`,
	`rm $(mv a b)`, "rm `mv a b`", `rm "$(mv "a b")"`, `r"m" a`, `\rm a`, `r\m a`, `'rm' a`, `command rm a`, `command -v rm`, `exec rm a`, `eval rm "'a b'"`,
	`eval 'rm a; mv b c'`, `eval "rm \"a b\""`, `X=1 rm a`, `X=$(mv a b)`, `X=$(mv a b) rm c`, `! rm a`, `time rm a`, `rm a & wait`, `(rm a)`, `{ rm a; }`,
	`rm a && mv b c || cp d e`, `if rm a; then mv b c; else cp d e; fi`, `for i in a b; do rm $i; done`, `while rm a; do break; done`,
	`until rm a; do mv b c; done`, `case a in a) rm a;; *) mv b c;; esac`, `f() { rm "$1"; }; f a`, `f() { rm a; }; g() { f; }; g`, `rm() { mv a b; }; rm c`,
	`rm() { mv a b; }; command rm c`, `rm() { :; }; unset -f rm; rm c`, `rm a | mv b c`, `rm a; exit; mv b c`, `trap 'rm a' EXIT; mv b c`, `trap "rm 'a b'" 0`,
	`cd sub && rm a`, `cd sub; rm a`, `cd missing; rm a`, `cd missing && rm a; mv b c`, `cd sub || exit; rm a`, `cd missing || exit; rm a`, `set -e; cd sub; rm a`,
	`set -e; cd missing; rm a`, `set -e; cd missing || true; rm a`, `(cd sub; rm a); mv b c`, `cd sub && cd .. && rm a`, `cd ./sub && rm a`, `cd sub/../sub && rm a`,
	`cd && rm a`, `cd ~ && rm a`, `cd "$y" && rm a`, `cd - && rm a`, `cd sub | rm a; rm b`, `cd sub & wait; rm b`, `{ cd sub; }; rm a`, `if cd sub; then rm a; fi; rm b`,
	`for i in sub ..; do cd $i; rm a; done; rm b`, `f() { cd sub; }; f; rm a`, `f() { rm a; }; cd sub; f`, `f() { cd sub; rm a; }; f; f`, `eval 'cd sub'; rm a`,
	`pushd sub && rm a && popd && rm b`, `command cd sub && rm a`, `"cd" sub; rm a`, `CDPATH=sub; cd sub && rm a`, `CDPATH=home:sub cd sub && rm a`, `HOME=sub; cd && rm a`, `HOME=sub; rm ~`,
	`echo > keep1`, `echo >| keep1`, `echo &> keep1`, `echo >& keep1`, `echo 2> keep1`, `> keep1`, `: > keep1`, `echo >> keep1`, `echo < keep1`, `cat <> keep1`,
	`{ echo; rm a; } > keep1`, `cd sub && echo > keep3`, `(echo > keep2)`, `echo $(echo > keep1)`, `echo > "keep1"`, `echo > keep{1,2}`, `echo > keep[1]`, `F=keep1; echo > $F`, `exec > keep1; rm a`,
	`echo 'rm a' | sh`, `echo rm a | bash`, `printf 'rm a\n' | sh`, `printf '%s\n' 'rm a' | sh`, `echo -n rm a | sh`, `echo 'rm a' | cat | sh`, `sh <<E
rm a
E`, `sh <<'E'
rm "$x"
E`, `sh <<E
rm $x
E`, `sh <<E
rm \$x "a b" \\
E`, `sh <<-E
	rm a
	E`, `cat <<E
$(rm a)
E`, `cat <<'E'
$(rm a)
E`, `bash <<<'rm a'`, `sh -s p q <<'E'
rm "$1" "$@"
E`, `sh -c 'rm "$1" "$@"' n p q`, `sh -c 'rm "$0"' n`, `sh -c 'shift; rm "$1"' n p q`, `sh -c 'set -- z; rm "$1"' n p q`, `bash -c 'rm "${@:2}"' n p q`, `sh -c 'rm "${1#p}"' n p`,
	`sh -c "rm $x"`, `sh -c "rm '$x'"`, `bash -ec 'cd missing; rm a'`, `bash -o errexit -c 'rm a'`, `sh -c 'sh -c "sh -c \"rm a\""'`, `dash -c '[[ a > keep1 ]]'`, `sh -c '[[ a > keep1 ]]'`,
	`[[ a > keep1 ]]`, `((a > 1))`, `sh -c 'echo a &> keep1'`, `dash -c 'rm {a,b}'`, `sh -c 'rm {a,b}'`, `sh -c 'function f { rm a; }; f'`, `function f { rm a; }; f`,
	`env rm a`, `env -i PATH="$PATH" rm a`, `env X=1 rm a`, `env -C sub rm a`, `env -S 'rm a' b`, `env - PATH="$PATH" rm a`, `nice rm a`, `nice -n 1 rm a`, `nice -1 rm a`, `timeout 5 rm a`, `timeout -s KILL 5 rm a`,
	`timeout -k1 5 rm a`, `nohup rm a`, `setsid -w rm a`, `stdbuf -oL rm a`, `ionice -c3 rm a`, `flock keep1 rm a`, `flock keep1 -c 'rm a; mv b c'`, `env nice timeout 5 rm a`,
	`echo a b | xargs rm`, `echo a b | xargs -n1 rm -f`, `echo a | xargs -I{} rm x{}y {}`, `echo a | xargs -i rm {}`, `xargs -a keep1 rm`, `echo a b | xargs sh -c 'rm "$@"' n`, `echo a | xargs -I% sh -c 'rm %'`,
	`find . -name keep1 -exec rm {} \;`, `find . -name 'keep*' -exec rm {} +`, `find sub -name keep3 -execdir rm {} \;`, `find . -name keep1 -exec sh -c 'rm "$1"' n {} \;`, `find . -name keep1 -exec mv {} {}.b \;`,
	`$x a`, `"$y" rm a`, `$y rm a`, `$y $y rm a`, `X=rm; $X a`, `X="rm a"; $X`, `$(echo rm) a`, `{rm,a,b}`, `r? a`, `alias p1='rm a'
p1`, `shopt -s expand_aliases; alias p1='rm a'
p1`, `. ./missing; rm a`, `hash -p ./p2 p1; p1`, `rm <(mv a b)`, `coproc rm a; wait`, `select i in a; do rm a; break; done <<<1`, `rm a \; mv b`, `rm a ';' mv b`, `echo rm a`, `echo "rm a; mv b c"`,
	`test -v 'a[$(rm a)]'`, `echo $((a[$(rm a)]))`, `let "a[$(rm a)]=1"`, `X=(a $(rm a)); mv "${X[@]}"`, `X=(a b); rm "${X[@]}"`, `export X=$(rm a); mv b c`, `readonly X=1; rm a`, `local X=1; rm a`,
	`rm -- -a`, `rm a#b # c`, `rm a;# mv b`, `rm !x`, `rm =a`, `rm a=b`, `rm [ ]`, `[ -e rm ]`, `rm ^a a^b`, `rm a~`, `rm a:~`, `noglob rm *`, `rm **`, `rm !(a)`, `shopt -s extglob
rm !(a)`, `rm ?(a)`, `rm %1`, `rm @`, `rm a@b +c`, `rm $`, `rm a$`, `rm "$"`, `rm "a$"`, `rm $%`, `rm {`, `rm }`, `rm { }`, `rm {a,b`, `rm {a..}`, `rm {a..c}`, `rm {3..1}`, `rm {01..03}`, `rm {1..9..3}`, `rm {-1..1}`, `rm x{}y`,
	`wait; rm a`, `type rm && rm a`, `true && { false || rm a; }`, `true & rm a`, `if ! cd missing; then exit; fi; rm a`, `while cd sub; do rm a; done`, `case a in a) cd sub;; esac; rm a`, `cd sub; cd missing || rm a`,
}

// generate makes a text of simple commands, lists and compounds.
func generate(random *rand.Rand, depth int) string {
	if depth == 0 || random.Intn(4) == 0 {
		return simple(random)
	}
	one := func() string { return generate(random, depth-1) }
	quote := func(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
	switch random.Intn(21) {
	case 0:
		return one() + " && " + one()
	case 1:
		return one() + " || " + one()
	case 2:
		return one() + "; " + one()
	case 3:
		return "(" + one() + ")"
	case 4:
		return "{ " + one() + "; }"
	case 5:
		return "if " + one() + "; then " + one() + "; else " + one() + "; fi"
	case 6:
		return "for i in " + anyWord(random) + " b; do " + one() + "; done"
	case 7:
		return "{ " + one() + "; } | { " + one() + "; }"
	case 8:
		return "! { " + one() + "; }"
	case 9:
		return "f() { " + one() + "; }; f"
	case 10:
		return "sh -c " + quote(one()) + " n a"
	case 11:
		return "bash -c " + quote(one())
	case 12:
		return "eval " + quote(one())
	case 13:
		return "cd " + []string{"sub", "missing", "..", ".", `"$y"`, "home", "./sub"}[random.Intn(7)] + []string{" && ", "; ", " || "}[random.Intn(3)] + one()
	case 14:
		return "{ " + one() + "; } > " + []string{"keep1", "keep2", "sub/keep3", `"$y"`, "keep3"}[random.Intn(5)]
	case 15:
		return []string{"env A=b ", "nice ", "timeout 5 ", "setsid -w ", "env -C sub "}[random.Intn(5)] + simple(random)
	case 16:
		return "echo a b | xargs " + simple(random)
	case 17:
		return "find . -name keep1 -exec " + simple(random) + ` {} \;`
	case 18:
		return "case a in a) " + one() + ";; b) " + one() + ";; esac"
	case 19:
		return "X=$(" + one() + ")"
	default:
		return "echo " + quote(one()) + " | sh"
	}
}

func simple(random *rand.Rand) string {
	words := []string{[]string{"rm", "mv", "p1", `"p2"`, `\cp`}[random.Intn(5)]}
	for range random.Intn(4) {
		words = append(words, anyWord(random))
	}
	return strings.Join(words, " ")
}

func anyWord(random *rand.Rand) string {
	words := []string{"a", "-f", "'a b'", `"$x"`, "$x", "$y", `"$y"`, "*", "k*1", "{a,b}", "{1..3}", "~", "~/z", `a\ b`, `$'\x41'`, `"$(p3 z)"`, "$(p3)", `"$1"`, `"$@"`, "a=b", "''", `"a'b"`, "--", "a~", "a{b", `"${y:-q}"`}
	return words[random.Intn(len(words))]
}
