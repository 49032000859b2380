package incidents

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/shell"
	"blastguard/policies"
)

func load(t *testing.T, files []guard.PolicyFile) *policy.Set {
	t.Helper()
	set, diags := policy.Load(files, policy.Options{Kinds: append(probe.Kinds(), datadir.Kind())})
	if len(diags) > 0 {
		t.Fatalf("%v", diags)
	}
	return set
}

func recognise(text string, r guard.Request) []guard.Operation {
	return shell.Text(text, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account})
}

func TestEveryNightEndsAsItShould(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			refused, passed := 0, 0
			for _, result := range load(t, Files(name)).Test(recognise) {
				if !result.Passed {
					t.Errorf("line %d %q: got %s\n  %s", result.Line, result.Name, result.Got, strings.Join(result.Messages, "\n  "))
				}
				if result.Got == guard.Deny {
					refused++
				} else {
					passed++
				}
			}
			if refused == 0 || passed == 0 {
				t.Errorf("%d tests are refused and %d are not: want both", refused, passed)
			}
		})
	}
}

// Names of commands, policies and locals are one name space: an incident can be
// tried beside the shipped policies and all others.
func TestNightsStandBesideTheShippedPolicies(t *testing.T) {
	files := policies.Files()
	for _, name := range Names() {
		files = append(files, Files(name)...)
	}
	load(t, files)
}

func TestUnknownName(t *testing.T) {
	if files := Files("../policies"); files != nil {
		t.Errorf("got %v", files)
	}
}

// world builds the state of s3-capacity and returns how to run it.
func world(t *testing.T) (run func(args ...string) string) {
	t.Helper()
	dir := t.TempDir()
	script := filepath.Join(dir, "s3-capacity")
	state := filepath.Join(dir, "s3-capacity.state")
	var hosts strings.Builder
	for i := range 120 {
		serves := "index"
		if i < 10 {
			serves = "billing index"
		}
		fmt.Fprintf(&hosts, "host-%03d %s\n", i, serves)
	}
	if err := os.Mkdir(state, 0o755); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{
		script: string(S3Capacity()), state + "/hosts": hosts.String(), state + "/required": "billing 12 4\nindex 125 100\n",
	} {
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return func(args ...string) string {
		t.Helper()
		out, err := exec.Command("sh", append([]string{script}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("s3-capacity %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
}

func TestS3CapacityPlansWhatItRemoves(t *testing.T) {
	run := world(t)
	var plan struct {
		Pools map[string]map[string]int `json:"pools"`
	}
	if err := json.Unmarshal([]byte(run("plan", "--json", "--count", "3", "--", "billing")), &plan); err != nil {
		t.Fatal(err)
	}
	want := "map[billing:map[declared:12 in_service:10 losing:3 required:4] index:map[declared:125 in_service:120 losing:3 required:100]]"
	if got := fmt.Sprint(plan.Pools); got != want {
		t.Errorf("plan %s\nwant %s", got, want)
	}
	if got := run("remove", "-s", "billing", "--count=3"); got != "removed host-000\nremoved host-001\nremoved host-002\n" {
		t.Errorf("remove says %q", got)
	}
	if got, want := run("status"), "billing       7 in service,   12 declared,    4 required\nindex       117 in service,  125 declared,  100 required\n"; got != want {
		t.Errorf("status %q\nwant   %q", got, want)
	}
}

// decide lets the policy ask the real script for its plan; nobody else holds
// anything.
func decide(t *testing.T, run func(args ...string) string, argv ...string) guard.Decision {
	t.Helper()
	set, facts := load(t, Files("s3-capacity")), guard.Facts{}
	request := guard.Request{Dir: "/work", Host: guard.Host{Name: "test.example"}, Time: time.Date(2017, 2, 28, 17, 37, 0, 0, time.UTC)}
	operations := shell.Operations(argv, shell.Context{Dir: request.Dir})
	for range 5 {
		asks, decision := set.Decide(request, operations, facts)
		if len(asks) == 0 {
			return decision
		}
		for _, ask := range asks {
			fact := guard.Fact{Known: true, Value: map[string]any{"held": int64(0), "holders": []any{}}}
			if ask.Kind == "exec" {
				var args []string
				for _, arg := range ask.Args["argv"].([]any)[1:] {
					args = append(args, fmt.Sprint(arg))
				}
				if err := json.Unmarshal([]byte(run(args...)), &fact.Value); err != nil {
					t.Fatal(err)
				}
			}
			facts[ask.Key] = fact
		}
	}
	t.Fatal("the policy never stops asking")
	return guard.Decision{}
}

func TestTheNightWithTheRealScript(t *testing.T) {
	for name, test := range map[string]struct {
		argv []string
		want guard.Effect
		text string // to type, or a check that fails
	}{
		"a single server":                      {[]string{"s3-capacity", "remove", "-s", "billing", "-n", "1"}, guard.Confirm, "billing 1, index 1"},
		"a wrong number takes too many":        {[]string{"s3-capacity", "remove", "-s", "billing", "-n", "9"}, guard.Deny, "remove-capacity.blast_radius.servers.keep_at_least[billing]"},
		"a wrong name takes the index":         {[]string{"s3-capacity", "remove", "-s", "index", "-n", "30"}, guard.Deny, "remove-capacity.blast_radius.servers.keep_at_least[index]"},
		"a name that is none takes nothing":    {[]string{"s3-capacity", "remove", "-s", "biling", "-n", "1"}, guard.Deny, ""},
		"nothing given never means everything": {[]string{"s3-capacity", "remove", "-s", "", "-n", "1"}, guard.Deny, ""},
	} {
		t.Run(name, func(t *testing.T) {
			decision := decide(t, world(t), test.argv...)
			said := ""
			for _, confirmation := range decision.Confirmations {
				said += confirmation.Text + "\n"
			}
			for _, check := range decision.Checks {
				if check.Status == guard.Fails {
					said += check.ID() + "\n"
				}
			}
			if decision.Effect != test.want || !strings.Contains(said, test.text) {
				t.Errorf("got %s, want %s and %q in:\n%s", decision.Effect, test.want, test.text, said)
			}
		})
	}
}

// Loading does not count the brackets of shipped files.
func TestTheFilesAreWithinTheLimits(t *testing.T) {
	for _, name := range Names() {
		for _, file := range Files(name) {
			if diags := policy.CheckSyntax(file); len(diags) > 0 {
				t.Errorf("%v", diags)
			}
		}
	}
}
