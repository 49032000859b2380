package shell

import (
	"path"
	"strings"

	"blastguard/guard"
)

// interpreters are programs that run what somebody else wrote: script hosts,
// build tools, configuration management. Version numbers at the end of a name
// (python3.11) do not count.
const interpreters = " sh ash dash bash rbash ksh mksh lksh oksh zsh csh tcsh fish nu xonsh elvish pwsh rc yash " +
	"python pypy ipython perl ruby irb node nodejs deno bun tsx ts-node php php-cli lua luajit tclsh wish expect awk gawk mawk nawk " +
	"Rscript R julia guile racket sbcl clojure scala groovy java jshell kotlin dotnet mono erl escript elixir iex ghci runghc osascript " +
	"make gmake bmake ninja cmake ctest rake ant mvn gradle gradlew bazel buck just task invoke fab scons meson " +
	"npm npx yarn pnpm pip pipx uv uvx poetry tox nox bundle composer cargo go " +
	"ansible ansible-playbook ansible-pull salt salt-call salt-ssh puppet chef-client chef-solo cap terraform terragrunt pulumi packer " +
	"gdb lldb parallel rundeck run-parts at batch "

var scriptEndings = []string{".sh", ".bash", ".zsh", ".ksh", ".csh", ".fish", ".py", ".pl", ".rb", ".js", ".mjs", ".ts", ".php", ".lua", ".tcl", ".awk", ".ps1", ".r", ".groovy", ".exs"}

// Interpreter says whether the operation runs a script host, an interpreter, a
// build tool, or something that looks like a script by its path: a known
// ending, or a relative path with a slash (./deploy, bin/migrate). It asks no
// file; a script in PATH without an ending is not told from a program.
func Interpreter(op guard.Operation) bool {
	if op.Program == "" || op.Builtin || op.On != "" {
		return false
	}
	if known(op.Program) || strings.Contains(op.Path, "/") && !path.IsAbs(op.Path) {
		return true
	}
	for _, ending := range scriptEndings {
		if strings.HasSuffix(strings.ToLower(op.Program), ending) {
			return true
		}
	}
	return false
}

func known(program string) bool {
	bare := strings.TrimRight(program, "0123456789.-")
	for _, name := range []string{program, bare} {
		if name != "" && !strings.Contains(name, " ") && strings.Contains(interpreters, " "+name+" ") {
			return true
		}
	}
	return false
}
