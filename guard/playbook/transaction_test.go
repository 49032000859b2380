package playbook

import (
	"strings"
	"testing"
)

// A process is known by its own line, and by that of what it interprets.
func TestAProcessIsKnownByWhatItInterprets(t *testing.T) {
	b := transactions{path: []string{"/srv/tools", "/usr/bin", "."}}
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

// In a transaction only what is measured to be wrong is refused, and it alone.
func TestStepsOfATransaction(t *testing.T) {
	for _, test := range []struct {
		name, step string
		runs       bool
		log, said  string
	}{
		{"what would be asked about runs", "rm /srv/asked", true, "accept rm /srv/asked", ""},
		{"what an override could lift runs", "rm /srv/soft", true, "accept rm /srv/soft", ""},
		{"what is protected is refused alone", "rm /srv/precious", false, "reject rm /srv/precious", "guard: dpkg is not stopped: it goes on without this step\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStand(t, Options{OnDeny: "stop"})
			s.kernel.above = [][]string{{"sh", "postinst"}, {"/usr/bin/dpkg", "-i", "x.deb"}}
			if got := s.decided(t, s.step(test.step)); got != test.runs {
				t.Errorf("it runs: %v", got)
			}
			if s.verdicts() != test.log || s.said.String() != test.said {
				t.Errorf("log %s, said %q", s.verdicts(), s.said.String())
			}
			if len(s.person.asked)+len(s.person.refused)+len(s.kernel.stopped) > 0 {
				t.Error("somebody was asked, or the run was stopped")
			}
			if !test.runs {
				return
			}
			if answer := s.log.accepted[0].Answer; answer == nil || answer.How != "transaction" {
				t.Errorf("the answer is %+v", answer)
			}
		})
	}
}

// A script that is being stopped waits for the end of its transaction, whose steps go on.
func TestATransactionGoesOnWhileItsScriptIsStopped(t *testing.T) {
	s := newStand(t, Options{OnDeny: "stop"})
	if s.spares(nobody) {
		t.Error("what is in no transaction is spared")
	}
	s.decided(t, s.step("rm /srv/precious"))
	s.kernel.above = [][]string{{"dpkg", "-i", "x.deb"}}
	if !s.spares(nobody) || !s.decided(t, s.step("rm /srv/asked")) || !s.decided(t, s.step("rm /srv/junk")) {
		t.Errorf("a transaction was stopped half-way: %s", s.verdicts())
	}
	s.kernel.above = [][]string{{"./dpkg", "-i", "x.deb"}}
	if s.decided(t, s.step("rm /srv/asked")) {
		t.Error("a script that is called dpkg is taken for a transaction")
	}
}
