package playbook

import (
	"strings"
	"testing"

	"blastguard/guard"
)

// A process is known by its own line, and by that of what it interprets.
func TestAProcessIsKnownByWhatItInterprets(t *testing.T) {
	b := &supervisedRun{request: guard.Request{Env: []string{"PATH=/srv/tools:/usr/bin:."}}}
	for line, want := range map[string]string{
		"apt-get install x":                   "apt-get install x",
		"/usr/bin/python3 /usr/bin/dnf up":    "/usr/bin/python3 /usr/bin/dnf up | /usr/bin/dnf up",
		"python3 -Es /usr/bin/yum install x":  "python3 -Es /usr/bin/yum install x | /usr/bin/yum install x",
		"python3 -m pip install x":            "python3 -m pip install x | pip install x",
		"/bin/sh /usr/sbin/update-initramfs":  "/bin/sh /usr/sbin/update-initramfs | /usr/sbin/update-initramfs",
		"sh -c apt-get":                       "sh -c apt-get",
		"/bin/sh -ec /usr/bin/apt":            "/bin/sh -ec /usr/bin/apt",
		"cat /usr/bin/apt":                    "cat /usr/bin/apt",
		"echo apt-get install":                "echo apt-get install",
		"grep -r /usr/bin/apt":                "grep -r /usr/bin/apt",
		"./dpkg -i x":                         "",
		"/bin/sh ./apt-get":                   "/bin/sh ./apt-get",
		"/bin/bash /srv/deploy/yarn install":  "/bin/bash /srv/deploy/yarn install",
		"/bin/sh /srv/tools/mypkg up":         "/bin/sh /srv/tools/mypkg up | /srv/tools/mypkg up",
		"bin/pip install x":                   "",
		"/bin/bash /srv/app/bin/pkg clean":    "/bin/bash /srv/app/bin/pkg clean",
		"/opt/conda/condabin/conda install":   "/opt/conda/condabin/conda install",
		"node /srv/x/node_modules/.bin/npm i": "node /srv/x/node_modules/.bin/npm i | /srv/x/node_modules/.bin/npm i",
	} {
		var got []string
		for _, form := range calledAs(strings.Fields(line), b.installed) {
			got = append(got, strings.Join(form, " "))
		}
		if strings.Join(got, " | ") != want {
			t.Errorf("%s: got %q", line, got)
		}
	}
	if got := calledAs([]string{"npm install x"}, b.installed); len(got) != 1 || len(got[0]) != 3 {
		t.Errorf("npm's one word: got %q", got)
	}
	if got := calledAs(append([]string{"npm install x"}, make([]string, 40)...), b.installed); len(got) != 1 || len(got[0]) != 3 {
		t.Errorf("npm's one word in the place of a longer line: got %q", got)
	}
}
