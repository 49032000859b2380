// Package shell reads argv and shell text: which programs would really run, on
// which words, as whom, in which directory. It is pure: it parses, and never
// runs, opens or looks up anything but what its caller hands it.
//
// A command is taken apart from the outside in. Wrappers (sudo, env, timeout,
// xargs, find -exec …) are lines of one table; each takes itself off and leaves
// a scene: account, directory, environment. A shell with -c, a here-document or
// a literal pipe leaves a text, which mvdan.cc/sh parses in the dialects that
// the shell may speak; every command in it, wherever it stands, is read the
// same way. What remains is an operation.
//
// Nothing is guessed. A word that only expands when the shell runs is one
// unknown word in double quotes, any number of them without. A flag or a wrapper
// that the table does not know, a script, an interactive shell, a text that does
// not parse make the operation opaque, with the reason. Too many operations are
// preferred to one too few: both branches of an if, functions that may never be
// called, both readings of a text for sh (dash on one host, bash on the next).
//
// Operations reads what a person submitted; List finds every operation of a
// whole script, with its place, before any of it runs.
//
// # How some things are read
//
//   - cd leads to its directory where it succeeded: after &&, after "|| exit",
//     under set -e. After "cd /srv;" the directory is not known.
//   - "$1" and "$@" of sh -c TEXT NAME WORD… are those words while nothing in the
//     text can change them. All other variables are unknown, also assigned ones;
//     but for those of a script that is listed and that are certain (constant.go).
//   - A redirection that empties a file is the operation that
//     "truncate --size=0 -- FILE" would be, with On "truncate", before its command.
//   - find is an operation with all its words, and each -exec one more.
//   - A call of a function that the text surely defined before is no operation;
//     the commands of its body are.
//   - A text that runs no program is one operation ":".
//   - What a program is, guard/program says: bash5, -bash and /opt/bin/bash are read as
//     bash, with the name that was typed.
//   - Behind sudo and its like the environment is not known; a login is in the
//     account's home if that is known.
//   - Builtins are operations with Builtin set. [[ … ]], (( … )) and bare
//     assignments are none; what is substituted inside them is.
//
// # Caveats
//
// Guard reads what was submitted, not what the host makes of it:
//
//   - PATH, exported functions, BASH_ENV, ENV, /etc/zsh/zshenv and login files can
//     give a name another program. sudoers can give sudo another user's
//     environment, directory or root.
//   - Programs that run others in ways of their own are one operation: ssh (the
//     far side is not this host), docker, kubectl, git, vim, tar, rsync -e, make,
//     python -c and every interpreter; see Interpreter. GNU parallel is opaque.
//   - A program is known by its name: a copy of rm called x is x.
//   - Where the arithmetic of a shell evaluates the value of a variable, a
//     substitution hidden in that value runs unseen.
//   - find and other tools whose words are not known ($OPTS) may be told by them
//     to run a program.
//   - Files that a program empties because it was told to (tee, sed -i, cp) are
//     a matter of that program's policy, not of redirections. Appending (>>) and
//     <> are not reported.
//   - su and sudo -i are read as if the account's shell were bash. csh, fish and
//     other languages are opaque, as is text that is not UTF-8 or has carriage
//     returns, and some zsh syntax that the parser does not know.
//   - An alias makes its own definition opaque; the words after it are read as
//     they stand.
package shell
