package playbook

import (
	"fmt"
	"os/user"
	"strings"
)

// credentials are a user's numbers, as the launcher takes them.
func credentials(name string) (string, error) {
	found, err := user.Lookup(name)
	if err != nil {
		return "", fmt.Errorf("--as %s: %w", name, err)
	}
	groups, err := found.GroupIds()
	if err != nil || len(groups) == 0 {
		groups = []string{found.Gid}
	}
	return found.Uid + ":" + found.Gid + ":" + strings.Join(groups, ","), nil
}

// EnvironmentOf is the environment as the user has it: where it says who one is.
func EnvironmentOf(name string, env []string) []string {
	found, err := user.Lookup(name)
	if err != nil {
		return env
	}
	changed := []string{"HOME=" + found.HomeDir, "USER=" + found.Username, "LOGNAME=" + found.Username}
	for _, variable := range env {
		key, _, _ := strings.Cut(variable, "=")
		switch key {
		case "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME":
		default:
			changed = append(changed, variable)
		}
	}
	return changed
}

// variable is the value of the first variable of that name, as for getenv.
func variable(env []string, name string) (value string, set bool) {
	for _, one := range env {
		if value, set := strings.CutPrefix(one, name+"="); set {
			return value, true
		}
	}
	return "", false
}
