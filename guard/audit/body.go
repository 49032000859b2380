package audit

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// kindExit is the kind of an entry that holds an outcome; the others' kind is
// their verdict.
const kindExit = "exit"

// maxTargets bounds the targets of an entry that can be searched and listed.
// The body holds them all.
const maxTargets = 1000

// body is one entry as it is written. Its first key is "about", so that a list
// reads no more than the beginning.
type body struct {
	About   about          `json:"about"`
	Env     []string       `json:"env,omitempty"`
	Guard   self           `json:"guard"`
	Intent  *guard.Intent  `json:"intent,omitempty"`
	Outcome *guard.Outcome `json:"outcome,omitempty"`
}

// about is what an entry is listed and searched by.
type about struct {
	At       time.Time `json:"at"`
	Claims   int       `json:"claims,omitempty"` // number of claims in the decision
	Command  string    `json:"command,omitempty"`
	Effect   string    `json:"effect,omitempty"`
	Host     string    `json:"host,omitempty"`
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Note     string    `json:"note,omitempty"` // what was found wrong with the log as it was written
	Of       int64     `json:"of,omitempty"`   // of an exit: the entry that ended
	Policies []string  `json:"policies,omitempty"`
	Programs []string  `json:"programs,omitempty"`
	Run      int64     `json:"run,omitempty"` // of a step: the entry of its run
	Started  bool      `json:"started,omitempty"`
	Summary  string    `json:"summary,omitempty"`
	Targets  []string  `json:"targets,omitempty"`
	UID      int       `json:"uid,omitempty"`
	User     string    `json:"user,omitempty"`
	Why      string    `json:"why,omitempty"`
}

// self is the guard that wrote an entry. Whether it still runs decides how long
// a floor stays claimed when there is no outcome.
type self struct {
	PID     int    `json:"pid"`
	Started string `json:"started,omitempty"` // clock ticks since boot, as /proc says it
	Space   string `json:"pidns,omitempty"`   // the PID namespace
	BootID  string `json:"boot_id,omitempty"`
}

// currentSelf is this process. What cannot be read stays empty.
func currentSelf(boot string) self {
	pid := os.Getpid()
	return self{PID: pid, Started: startTicks(pid), Space: pidSpace(), BootID: cmp.Or(boot, bootID())}
}

// aboutIntent is all of it but the id and the time.
func aboutIntent(intent guard.Intent, mask *secret.Masker) about {
	a := about{
		Kind: string(intent.Verdict), Effect: intent.Decision.Effect.String(), Host: mask.Text(intent.Request.Host.Name),
		UID: intent.Request.Operator.UID, User: mask.Text(userName(intent.Request.Operator)),
		Command: shorten(guard.CommandLine(mask.Argv(intent.Request.Argv)), 2000),
		Summary: shorten(mask.Text(intent.Decision.Summary), 2000), Why: shorten(mask.Text(intent.Why), 2000),
		Policies: distinct(intent.Decision.Policies), Claims: len(intent.Decision.Claims), Run: intent.Request.Run,
	}
	for _, operation := range intent.Operations {
		a.Programs = append(a.Programs, mask.Text(cmp.Or(operation.Program, "?")))
	}
	for _, target := range intent.Decision.Targets {
		a.Targets = append(a.Targets, mask.Text(cmp.Or(target.Resolved, target.Given)))
	}
	a.Programs, a.Targets = distinct(a.Programs), distinct(a.Targets)
	return a
}

func userName(operator guard.Operator) string {
	return cmp.Or(operator.Name, strconv.Itoa(operator.UID))
}

func distinct(list []string) []string {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	return sorted[:min(len(sorted), maxTargets)]
}

func shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// recorded are the variables that may be written, for they change what a
// command hits.
func recorded(name string) bool {
	switch name {
	case "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TERM", "TZ", "SUDO_USER", "SUDO_UID", "SUDO_GID",
		"KUBECONFIG", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "CLOUDSDK_CORE_PROJECT", "CLOUDSDK_ACTIVE_CONFIG_NAME",
		"AZURE_SUBSCRIPTION_ID", "DOCKER_HOST", "DOCKER_CONTEXT", "TF_WORKSPACE", "TF_CLI_ARGS", "HELM_NAMESPACE",
		"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE", "PGDATA", "MYSQL_HOST", "MYSQL_TCP_PORT",
		"VAULT_ADDR", "ETCDCTL_ENDPOINTS", "ANSIBLE_INVENTORY", "TMUX", "STY", "SSH_CONNECTION":
		return true
	}
	return false
}

func allowed(env []string) []string {
	var kept []string
	for _, variable := range env {
		if name, _, ok := strings.Cut(variable, "="); ok && recorded(name) {
			kept = append(kept, variable)
		}
	}
	slices.Sort(kept)
	return kept
}

// draft is a body whose id and time are not known yet: everything that can be
// done before the log is locked is done.
type draft struct {
	about about
	rest  []byte // the body after its "about"
	mask  *secret.Masker
}

func newDraft(b body, mask *secret.Masker) (draft, error) {
	rest := struct {
		Env     []string       `json:"env,omitempty"`
		Guard   self           `json:"guard"`
		Intent  *guard.Intent  `json:"intent,omitempty"`
		Outcome *guard.Outcome `json:"outcome,omitempty"`
	}{b.Env, b.Guard, b.Intent, b.Outcome}
	encoded, err := encode(rest, mask)
	if err != nil {
		return draft{}, err
	}
	return draft{about: b.About, rest: encoded[1:], mask: mask}, nil
}

// body completes the draft: {"about":{…},"env":…}.
func (d draft) body(id int64, at time.Time) (about, string, error) {
	a := d.about
	a.ID, a.At = id, at.UTC().Round(0)
	encoded, err := encode(a, nil)
	if err != nil {
		return about{}, "", err
	}
	return a, `{"about":` + string(encoded) + "," + string(d.rest), nil
}

// aboutOf reads the beginning of a body.
func aboutOf(text string) (about, error) {
	var a about
	rest, ok := strings.CutPrefix(text, `{"about":`)
	if !ok {
		return a, fmt.Errorf("%w: a body begins with \"about\"", errNotCanonical)
	}
	return a, a.parse(rest)
}

func (a *about) parse(text string) error {
	value, _, err := parse(text, 0)
	if err != nil {
		return err
	}
	members, ok := value.(map[string]any)
	if !ok {
		return errNotCanonical
	}
	return a.fill(members)
}

// fill is assign for the one struct that lists and verifications read of every
// entry.
func (a *about) fill(members map[string]any) error {
	text := func(name string) string { s, _ := members[name].(string); return s }
	number := func(name string) int64 { n, _ := members[name].(int64); return n }
	list := func(name string) []string {
		items, _ := members[name].([]any)
		var texts []string
		for _, item := range items {
			s, _ := item.(string)
			texts = append(texts, s)
		}
		return texts
	}
	at, err := time.Parse(time.RFC3339Nano, text("at"))
	started, _ := members["started"].(bool)
	*a = about{
		At: at, Claims: int(number("claims")), Command: text("command"), Effect: text("effect"), Host: text("host"),
		ID: number("id"), Kind: text("kind"), Of: number("of"), Policies: list("policies"), Programs: list("programs"),
		Note: text("note"), Run: number("run"), Started: started, Summary: text("summary"), Targets: list("targets"), UID: int(number("uid")), User: text("user"), Why: text("why"),
	}
	return err
}
