package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"blastguard/guard"
)

// execPath is where exec looks for programs, whoever runs guard.
const execPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// ExecEnv lists the variables of the request that programs run by exec get; a
// name that ends in "*" stands for all that begin so. They say which account,
// cluster or server a tool talks to, and as whom: without them the probe would
// ask one world and the command would hit another. What changes how a program
// is loaded or interpreted (LD_*, PYTHON*, PERL*, BASH_ENV, IFS …) never
// reaches them. PATH and LC_ALL=C are fixed.
func ExecEnv() []string {
	return []string{
		"HOME", "USER", "LOGNAME", "TZ", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK",
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
		"KUBECONFIG", "HELM_*", "DOCKER_*", "CONTAINER_HOST",
		"AWS_*", "AZURE_*", "ARM_*", "CLOUDSDK_*", "GOOGLE_*", "OS_*",
		"VAULT_*", "CONSUL_*", "NOMAD_*", "TF_DATA_DIR", "TF_WORKSPACE",
		"PG*", "MYSQL_*", "REDISCLI_AUTH", "ETCDCTL_*",
	}
}

// loading are the variables that change how a program is loaded or interpreted. No
// policy can have them passed: the person who types the command sets them.
var loading = []string{
	"PATH", "LC_ALL", "LANGUAGE", "LOCPATH", "NLSPATH", "GCONV_PATH", "IFS", "ENV", "SHELLOPTS", "PS4", "BASH*", "LD_*", "GLIBC_TUNABLES", "MALLOC_*",
	"PYTHON*", "PERL*", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "NODE_PATH", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "PHPRC", "PHP_INI_SCAN_DIR", "LUA_*",
	"GIT_SSH*", "GIT_EXEC_PATH", "GIT_CONFIG*", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "OPENSSL_CONF", "OPENSSL_MODULES", "DOTNET_*", "GEM_*", "LESS*", "PAGER", "PROMPT_COMMAND",
	"ZDOTDIR", "DYLD_*", "RUSTC_WRAPPER", "TF_CLI_*",
}

// execEnv is the environment of a program run by exec; names are more variables that
// it gets.
func execEnv(request, names []string) []string {
	env := []string{"PATH=" + execPath, "LC_ALL=C"}
	for _, variable := range request {
		if name, _, ok := strings.Cut(variable, "="); ok && (guard.NamedBy(ExecEnv(), name) || guard.NamedBy(names, name) && !guard.NamedBy(loading, name)) {
			env = append(env, variable)
		}
	}
	return env
}

// checkPassed says what is wrong with the names of variables that a program is to get.
func checkPassed(value any) error {
	names, err := list(value)
	if err != nil {
		return err
	}
	for _, name := range names {
		plain, family := strings.CutSuffix(name, "*")
		switch {
		case !isVariable(plain):
			return fmt.Errorf("%q is no name of a variable", name)
		case guard.NamedBy(loading, plain), family && slices.ContainsFunc(loading, func(one string) bool { return strings.HasPrefix(one, plain) }):
			return fmt.Errorf("%s changes how programs are loaded or read, and is not passed", name)
		}
	}
	return nil
}

func isVariable(name string) bool {
	for i, c := range []byte(name) {
		if c != '_' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// secrets are the values of the variables that the policy has passed.
func (p execProbe) secrets(ask guard.Ask) []string {
	names, err := list(ask.Args["env"])
	if err != nil {
		return nil
	}
	var values []string
	for _, variable := range p.variables(ask.Env) {
		if name, value, ok := strings.Cut(variable, "="); ok && value != "" && guard.NamedBy(names, name) {
			values = append(values, value)
		}
	}
	return values
}

// variables are those of the question, or of the request.
func (p execProbe) variables(asked []string) []string {
	if asked != nil {
		return asked
	}
	return p.env
}

// environment is what a question says of the variables, for the probe that answers it.
type environment struct{}

// within is a context that carries the variables of a question.
func within(ctx context.Context, ask guard.Ask) context.Context {
	if ask.Env == nil {
		return ctx
	}
	return context.WithValue(ctx, environment{}, ask.Env)
}

func variablesOf(ctx context.Context) []string {
	variables, _ := ctx.Value(environment{}).([]string)
	return variables
}
