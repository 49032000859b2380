package playbook

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"blastguard/guard"
)

// Variables of a guarded shell: the entry of the session, and the log that it is in.
const (
	SessionEntry = "GUARD_SHELL"
	SessionLog   = "GUARD_SHELL_LOG"
)

// mark stands before the prompt of a guarded shell.
const mark = "(guard) "

// startup is how a shell is started so that its prompt is marked: words,
// variables, and a directory that must live as long as the shell.
type startup struct {
	argv []string // behind the shell's name
	env  []string
	dir  string
}

// newStartup writes what the shell is to read. It reads all that it would have
// read without guard, in the same order and with the same variables.
func newStartup(kind, account string, env []string) (startup, error) {
	if kind == "fish" {
		return startup{argv: []string{"--init-command", fishStart}}, nil
	}
	dir, err := privateDir()
	if err != nil {
		return startup{}, err
	}
	start := startup{dir: dir}
	files := map[string]string{"bashrc": bashStart}
	if kind == "zsh" {
		start.env = []string{"ZDOTDIR=" + dir}
		files = zshStart(dir, env)
	} else {
		start.argv = []string{"--rcfile", filepath.Join(dir, "bashrc")}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			start.remove()
			return startup{}, fmt.Errorf("write the shell's start file: %w", err)
		}
	}
	if err := giveTo(account, dir, files); err != nil {
		start.remove()
		return startup{}, err
	}
	return start, nil
}

func (s startup) remove() {
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
}

// privateDir is a new directory that only this user can look into. A full disk
// does not keep anybody from a guarded shell.
func privateDir() (string, error) {
	dir, err := os.MkdirTemp("", "guard-shell-")
	if err != nil {
		if dir, errShm := os.MkdirTemp("/dev/shm", "guard-shell-"); errShm == nil {
			return dir, nil
		}
		return "", fmt.Errorf("a directory for the shell's start file: %w; set TMPDIR to one that can be written", err)
	}
	return dir, nil
}

// giveTo hands the files to the user who is to read them.
func giveTo(account, dir string, files map[string]string) error {
	if account == "" {
		return nil
	}
	found, err := user.Lookup(account)
	if err != nil {
		return fmt.Errorf("--as %s: %w", account, err)
	}
	uid, errUser := strconv.Atoi(found.Uid)
	gid, errGroup := strconv.Atoi(found.Gid)
	if errUser != nil || errGroup != nil {
		return fmt.Errorf("--as %s: its numbers cannot be read", account)
	}
	for name := range files {
		if err := os.Lchown(filepath.Join(dir, name), uid, gid); err != nil {
			return fmt.Errorf("--as %s: %w", account, err)
		}
	}
	if err := os.Lchown(dir, uid, gid); err != nil {
		return fmt.Errorf("--as %s: %w", account, err)
	}
	return nil
}

// bashStart is read in the place of ~/.bashrc; what the system has for all is
// read by bash itself. The mark is put before the prompt anew each time, for
// many set PS1 in PROMPT_COMMAND.
const bashStart = `if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
__guard_prompt() {
    case ${PS1-} in
    *'` + mark + `'*) ;;
    *) PS1='` + mark + `'${PS1-} ;;
    esac
}
case $(declare -p PROMPT_COMMAND 2>/dev/null) in
'declare -r'* | 'declare -ar'* | 'declare -rx'*) __guard_prompt ;; # the mark is set once
'declare -a'*) PROMPT_COMMAND+=(__guard_prompt) ;;
*) PROMPT_COMMAND="${PROMPT_COMMAND-}
__guard_prompt" ;;
esac
`

// fishStart is run after all of fish's own files. What fish prints before the
// prompt for the mode of the editor does not change the last status that the
// prompt shows.
const fishStart = `if functions -q fish_mode_prompt
    functions --copy fish_mode_prompt __guard_mode_prompt
else
    function __guard_mode_prompt
    end
end
function fish_mode_prompt
    printf '%s' '` + mark + `'
    __guard_mode_prompt
end`

// zshStart are the files of the directory where zsh looks first. The first gives
// the person's own directory back while their file is read, the second for good.
// HISTFILE may have been made of it by the system's file in between.
func zshStart(dir string, env []string) map[string]string {
	own := "unset ZDOTDIR"
	for _, variable := range env {
		if value, found := strings.CutPrefix(variable, "ZDOTDIR="); found {
			own = "export ZDOTDIR=" + quote(value)
			break
		}
	}
	return map[string]string{
		".zshenv": own + `
if [[ -f ${ZDOTDIR-$HOME}/.zshenv ]]; then . "${ZDOTDIR-$HOME}/.zshenv"; fi
if [[ -o interactive ]]; then
    typeset -g __guard_zdotdir=${ZDOTDIR-} __guard_zdotdir_set=${+ZDOTDIR}
    export ZDOTDIR=` + quote(dir) + `
fi
`,
		".zshrc": `if (( __guard_zdotdir_set )); then export ZDOTDIR=$__guard_zdotdir; else unset ZDOTDIR; fi
unset __guard_zdotdir __guard_zdotdir_set
if [[ ${HISTFILE-} == ` + quote(dir) + `/* ]]; then HISTFILE=${ZDOTDIR-$HOME}/${HISTFILE:t}; fi
if [[ -f ${ZDOTDIR-$HOME}/.zshrc ]]; then . "${ZDOTDIR-$HOME}/.zshrc"; fi
__guard_prompt() {
    if [[ ${PS1-} != *` + quote(mark) + `* ]]; then PS1=` + quote(mark) + `${PS1-}; fi
    if [[ ${precmd_functions[-1]-} != __guard_prompt ]]; then
        precmd_functions=(${precmd_functions:#__guard_prompt} __guard_prompt)
    fi
}
typeset -ga precmd_functions
precmd_functions+=(__guard_prompt)
`,
	}
}

// quote is a text as one word of a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// started is the request with which the shell is really started.
func (s startup) started(request guard.Request) guard.Request {
	request.Argv = append(append([]string{}, request.Argv...), s.argv...)
	for _, variable := range append([]string{SessionEntry + "=" + strconv.FormatInt(request.Run, 10)}, s.env...) {
		request.Env = with(request.Env, variable)
	}
	return request
}

// with sets one variable.
func with(env []string, variable string) []string {
	name, _, _ := strings.Cut(variable, "=")
	var changed []string
	for _, old := range env {
		if !strings.HasPrefix(old, name+"=") {
			changed = append(changed, old)
		}
	}
	return append(changed, variable)
}
