package policies

import (
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/shell"
)

// Which command lines must not be stopped half-way.
func TestTransactions(t *testing.T) {
	set := load(t, Files())
	for line, want := range map[string]bool{
		"apt-get install -y tree": true, "/usr/bin/apt upgrade": true, "dpkg --configure -a": true, "/usr/bin/dpkg --unpack x.deb": true,
		"rpm -U x.rpm": true, "dnf -y update": true, "yum update": true, "zypper up": true, "pacman -Syu": true, "apk add x": true, "pip install x": true,
		"pip3 uninstall -y x": true, "npm install": true, "npm --prefix /srv ci": true, "npm -C /srv update": true, "yarn add x": true,
		"npm run clean": false, "npm test": false, "npm exec rm": false, "yarn run build": false, "npm": false, "yarn": false,
		"git merge x": true, "git -C /srv rebase main": true, "git -c a.b=c pull": true, "git --git-dir=x revert y": true, "git cherry-pick x": true, "git cherry-pick -x y": true,
		"git rebase -x make main": false, "git rebase --exec=make main": false, "git rebase --ex make main": false, "git -C /srv rebase -i --exec make main": false,
		"git clean -fdx": false, "git status": false, "git": false, "git checkout merge": false, "git -C merge status": false,
		"pg_upgrade -b x": true, "update-initramfs -u": true, "mariadb-upgrade": true,
		"psql": false, "make install": false, "sh install.sh": false, "rm -rf apt": false, "apt-file update": false, "dpkg-query -l": false, "echo apt-get install": false,
	} {
		ops := shell.Operations(strings.Fields(line), shell.Context{Dir: "/"})
		got := slices.ContainsFunc(ops, func(op guard.Operation) bool { return len(op.Via) == 0 && set.Transaction(op) })
		if got != want {
			t.Errorf("%s: %t, want %t", line, got, want)
		}
	}
}
