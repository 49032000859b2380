package probe

import "strings"

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

// execEnv is the environment of a program run by exec.
func execEnv(request []string) []string {
	env := []string{"PATH=" + execPath, "LC_ALL=C"}
	for _, variable := range request {
		if name, _, ok := strings.Cut(variable, "="); ok && reachesExec(name) {
			env = append(env, variable)
		}
	}
	return env
}

func reachesExec(name string) bool {
	for _, allowed := range ExecEnv() {
		prefix, family := strings.CutSuffix(allowed, "*")
		if name == allowed || family && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
