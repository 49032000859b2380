package incidents

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
