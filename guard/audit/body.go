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

// parse reads the one object that lists and verifications read of every entry, without
// the maps that decode would make of it.
func (a *about) parse(text string) error {
	members, ok := strings.CutPrefix(text, "{")
	if !ok {
		return errNotCanonical
	}
	at := ""
	_, err := eachMember(members, 0, func(key string, value any) {
		if key == "at" {
			at, _ = value.(string)
			return
		}
		a.set(key, value)
	})
	if err != nil {
		return err
	}
	a.At, err = time.Parse(time.RFC3339Nano, at)
	return err
}

// set is assign for one member. What is of another type counts as absent; a member that is
// not known may have been written by a newer guard.
func (a *about) set(key string, value any) {
	text, _ := value.(string)
	number, _ := value.(int64)
	switch key {
	case "claims":
		a.Claims = int(number)
	case "command":
		a.Command = text
	case "effect":
		a.Effect = text
	case "host":
		a.Host = text
	case "id":
		a.ID = number
	case "kind":
		a.Kind = text
	case "note":
		a.Note = text
	case "of":
		a.Of = number
	case "policies":
		a.Policies = textsOf(value)
	case "programs":
		a.Programs = textsOf(value)
	case "run":
		a.Run = number
	case "started":
		a.Started, _ = value.(bool)
	case "summary":
		a.Summary = text
	case "targets":
		a.Targets = textsOf(value)
	case "uid":
		a.UID = int(number)
	case "user":
		a.User = text
	case "why":
		a.Why = text
	}
}

func textsOf(value any) []string {
	items, _ := value.([]any)
	var texts []string
	for _, item := range items {
		text, _ := item.(string)
		texts = append(texts, text)
	}
	return texts
}
