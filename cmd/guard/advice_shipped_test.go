//go:build linux && (amd64 || arm64)

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard/policy"
	"blastguard/policies"
)

// walk is a command that a shipped check refuses, and the way that its refusal
// shows. The world is made in a mount namespace of its own, below W, so that
// nothing of this machine is touched.
type walk struct {
	world   string // shell text that makes it; "" for none
	command string // in it, also "$W"
	// real: what is printed is typed and run, and gone is then no more there. Else it
	// is only checked, for it is about the machine itself.
	real bool
	gone string
	// hard: there is no way round; further is a command nearby that is let through
	// or asked about, as the message says.
	hard    bool
	further string
}

const mariaWorld = `mkdir -p data/mysql && touch data/ibdata1 data/aria_log_control data/mysql/x`

// walks has a row for each check of the shipped policies.
var walks = map[string]walk{
	"protected-paths.rule.protected":         {command: "rm -rf /boot", hard: true, further: "rm -rf /boot/no-such-directory"},
	"delete.rule.home":                       {world: "mount -t tmpfs none /root && mkdir -p /root/x", command: "rm -rf /root", hard: true},
	"delete.rule.home of others":             {world: "mount -t tmpfs none /home && mkdir /home/maria", command: "rm -rf /home/maria", real: true, gone: "/home/maria"},
	"delete.rule.one file system":            {world: "mkdir -p old/in && mount -t tmpfs none old/in", command: "rm -rf old"},
	"delete.blast_radius.entries.max":        {world: "mount -t tmpfs none . && cd \"$PWD\" && mkdir old && cd old && seq 100001 | xargs touch && cd ..", command: "rm -rf old"},
	"delete-found.rule.protected":            {command: "find /boot -name x -delete", hard: true, further: "find /boot/no-such-directory -name x -delete"},
	"move.rule.protected":                    {command: "mv /boot /boot.old", hard: true},
	"move.rule.replaced":                     {world: "echo y >x", command: "mv x /etc/fstab"},
	"change-recursively.rule.protected":      {command: "chown -R 0 /boot", hard: true, further: "chown -R 0 /boot/no-such-directory"},
	"overwrite.rule.protected":               {command: "truncate -s 0 /etc/fstab", hard: true},
	"database-directory.role":                {world: mariaWorld, command: "rm -rf data", real: true, gone: "data"},
	"database-directory-move.role":           {world: mariaWorld + " && touch other && mkdir to", command: "mv data other to", real: true, gone: "data"},
	"database-directory-change.role":         {world: mariaWorld, command: "chown -R 1:1 data", real: true},
	"overwrite-device.blast_radius.uses.max": {command: "dd if=/dev/null of=$DISK", hard: true},
	"erase-device.blast_radius.uses.max":     {command: "wipefs -a $DISK"},
	"erase-member.blast_radius.uses.max":     {command: "mdadm --zero-superblock $DISK"},
	"change-table.blast_radius.uses.max":     {command: "sgdisk -Z $DISK"},
	"take-device-away.blast_radius.uses.max": {command: "tee /sys/block/$WHOLE/device/delete"},

	"database-directory-found.role": {world: mariaWorld, command: "find data -delete", real: true, gone: "data"},
	"database-directory-write.role": {world: mariaWorld, command: "cp x data/ibdata1"},

	"delete-found.rule.protected behind links": {world: "ln -s /boot b", command: "find -H b -name x -delete", hard: true},
	"delete-found.rule.vital":                  {command: "find /usr/bin/sudo -delete", hard: true},
	"delete-found.rule.home":                   {world: "mount -t tmpfs none /home && mkdir /home/maria", command: "find /home/maria -delete", real: true, gone: "/home/maria"},
	"delete-found.rule.links":                  {world: "mkdir d", command: "find -L d -delete", real: true, gone: "d"},
	"remove-found.rule.protected":              {command: "find /boot -exec rm -f {} +", hard: true},
	"write-found.rule.protected":               {command: "find x -fprint /etc/passwd", hard: true},

	"empty.rule.all":  {command: "rm -f /etc/pam.d/*", hard: true, further: "rm -f /etc/pam.d/no-such-file"},
	"empty.rule.most": {world: "mount -t tmpfs none /usr/local && cd /usr/local && touch 1 2 3 4 5 6 7 8 9 0 && cd $OLDPWD", command: "rm -f /usr/local/1 /usr/local/2 /usr/local/3 /usr/local/4 /usr/local/5 /usr/local/6 /usr/local/7 /usr/local/8"},
	"empty.rule.home": {world: "mount -t tmpfs none /home && mkdir /home/maria && touch /home/maria/1 /home/maria/2 /home/maria/3", command: "rm -f /home/maria/1 /home/maria/2 /home/maria/3"},

	"empty-piecemeal.blast_radius.names.budget": {
		world:   "mount -t tmpfs none /usr/local && cd /usr/local && seq 40 | xargs touch && cd $OLDPWD",
		command: "rm -f /usr/local/1 /usr/local/2 /usr/local/3 /usr/local/4 /usr/local/5 /usr/local/6 /usr/local/7 /usr/local/8 /usr/local/9",
	},
	"protected-paths.rule.vital":   {command: "rm -f /usr/bin/sudo", hard: true},
	"move.rule.vital":              {command: "mv /usr/bin/sudo sudo", hard: true},
	"move.rule.all":                {world: "mkdir to", command: "mv /etc/pam.d/* to", hard: true},
	"write-nothing.rule.content":   {command: "cp /dev/null /etc/passwd", hard: true},
	"replace-system.rule.replaced": {command: "install x /dev/null"},

	// Only shown: it refuses nothing.
	"database-directory-aside.role": {},
}

func TestEveryShippedCheckIsWalked(t *testing.T) {
	set, diagnostics := policy.Load(policies.Files(), policy.Options{Kinds: kinds()})
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	for _, doc := range set.Describe() {
		for _, check := range doc.Checks {
			if _, there := walks[doc.Name+"."+check]; !there {
				t.Errorf("nobody has followed the advice of %s.%s", doc.Name, check)
			}
		}
	}
}

func TestTheAdviceOfEveryShippedRefusalWorks(t *testing.T) {
	if os.Geteuid() != 0 || exec.Command("unshare", "-m", "true").Run() != nil {
		t.Skip("only root can make a world of its own (unshare -m)")
	}
	disk, err := exec.Command("sh", "-c", `lsblk -nrpo NAME,MOUNTPOINT | sed -n 's/ \/$//p' | head -1`).Output()
	for check, w := range walks {
		if w.command == "" {
			continue
		}
		t.Run(check, func(t *testing.T) {
			if (strings.Contains(w.command, "$DISK") || strings.Contains(w.command, "$WHOLE")) && (err != nil || len(disk) == 0) {
				t.Skip("no disk of this machine is known to be mounted on /")
			}
			w.command = strings.ReplaceAll(w.command, "$DISK", strings.TrimSpace(string(disk)))
			w.command = strings.ReplaceAll(w.command, "$WHOLE", wholeDisk(strings.TrimSpace(string(disk))))
			h := newHome(t)
			dir, err := os.MkdirTemp("", "g")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			s := scratch{h, dir, w}
			s.follow(check)
		})
	}
}

// wholeDisk is the kernel's name of the disk that a partition is on: sda of /dev/sda1.
func wholeDisk(device string) string {
	name := filepath.Base(device)
	if parent, err := exec.Command("lsblk", "-nrdo", "PKNAME", device).Output(); err == nil && len(bytes.TrimSpace(parent)) > 0 {
		name = string(bytes.TrimSpace(parent))
	}
	return name
}

// scratch is a walk in its world.
type scratch struct {
	home
	work string
	walk walk
}

func (s scratch) follow(check string) {
	s.t.Helper()
	refusal, status := s.run("guard check " + s.walk.command)
	named := regexp.MustCompile(`(^|[ .])` + regexp.QuoteMeta(check[strings.Index(check, ".")+1:]))
	if status != 77 || !named.MatchString(refusal) {
		s.t.Fatalf("status %d, and not by %s:\n%s", status, check, refusal)
	}
	shown := regexp.MustCompile(`guard check --trace -- [^"\n]*`).FindString(refusal)
	if out, status := s.run(shown); status != 77 || !strings.Contains(out, check) {
		s.t.Errorf("%q: status %d, without the check:\n%s", shown, status, out)
	}
	line := advised(refusal, runItAnyway)
	switch {
	case s.walk.hard && line != "":
		s.t.Errorf("a way round what has none: %s", line)
	case s.walk.hard && s.walk.further != "":
		if out, status := s.run("guard check " + s.walk.further); status == 77 {
			s.t.Errorf("%s: as the message says, and refused:\n%s", s.walk.further, out)
		}
	case s.walk.hard:
	case line == "":
		s.t.Errorf("no way out is shown:\n%s", refusal)
	case s.walk.real:
		s.typed(line)
	default:
		line = strings.Replace(strings.ReplaceAll(line, `"…"`, `"a test"`), "guard --", "guard check --", 1)
		if out, status := s.run(line); status != 75 && status != 0 {
			s.t.Errorf("%s: status %d\n%s", line, status, out)
		}
	}
}

// script is a line in a world of its own.
func (s scratch) script(line string) string {
	world := "set -e; cd " + s.work + "; rm -rf ./*; touch x\n" + s.walk.world + "\nset +e\n" + line
	return "unshare -m --propagation private sh -c '" + strings.ReplaceAll(world, "'", `'\''`) + "'"
}

func (s scratch) run(line string) (string, int) {
	s.t.Helper()
	cmd := s.program("sh", "-c", s.script(line))
	cmd.Env = append(cmd.Env, "PATH="+s.bin()+":"+os.Getenv("PATH"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}

// typed runs what was printed, types what it asks for, and looks whether it was done.
func (s scratch) typed(line string) {
	s.t.Helper()
	end := "; s=$?; "
	if s.walk.gone != "" {
		end += "test ! -e " + s.walk.gone + " || exit 9; "
	}
	asked, status, screen := s.typedAs(s.script(strings.ReplaceAll(line, `"…"`, `"a test"`) + end + "exit $s"))
	if status != 0 || asked == "" {
		s.t.Errorf("%s: asked for %q, status %d\n%s", line, asked, status, screen)
	}
	if entry, err := s.command("history", "list").Output(); err != nil || len(entry) == 0 {
		s.t.Errorf("%s is not on record: %v", line, err)
	}
}
