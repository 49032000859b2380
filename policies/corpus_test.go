package policies

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// What the shipped policies refuse in the world of world_test.go.
var refused = []string{
	// parts of the system
	"rm -rf /", "rm -rf /*", "rm -rf /etc", "rm -r -f /etc/", "rm -rf /etc/.", "rm -rf /etc/ssh/..", "rm -rf //etc", "rm -rf link/", "rm -rf up/",
	"rm -rf ..", "rm -rf ../etc", "rm -rf /lib", "rm -rf /lib/", "rm -rf /usr/local /tmp/x", "rm /etc/passwd", "rmdir /mnt", "unlink /bin",
	"sudo rm -rf --no-preserve-root /", "cd / && rm -rf etc", "cd /etc; rm -rf .", "rm -rf ~", "rm -rf $HOME", "rm -rf /home/other", "rm -rf /home",
	"mv /etc /etc.old", "mv -t /tmp /etc", "mv /usr/lib /srv", "mv -v /boot/grub /work/", "chmod -R 777 /", "chmod -R -w /etc", "chown -R operator /usr/",
	"chgrp --recursive staff link/", "chown -R a /home", "chown -R a:b /var", "truncate -s 0 /etc/fstab", "> /etc/passwd", "echo x > fstab", "shred -u /etc/shadow",
	"find / -delete", "find -L /etc -name x -delete", "find /usr /tmp -type f -delete", "cd /etc && find -name x -delete",
	// what is not known
	"rm -rf $X", `rm -rf "$X/"`, "rm -rf $(cat list)", "cat list | xargs rm -rf", "find . -exec rm -rf {} +", "rm -rf build/*", "systemctl $X",
	// mounts inside, databases, disks
	"rm -rf /srv/data", "rm -rf /var/lib/pg", "rm -rf /var/lib/pg/base", "mv /var/lib/pg /srv/pg", "find /var/lib/pg -type f -delete", "chown -R root: /var/lib/pg",
	"dd if=/dev/zero of=/dev/sda", "dd of=/dev/disk/by-id/usb if=x", "mkfs.ext4 -L x /dev/sda1", "wipefs -a /dev/sda", "shred -n 1 /dev/sda", "sgdisk -Z /dev/sda",
	"mv /var/lib/pg/PG_VERSION /srv", "mv notes.txt /var/lib/pg/PG_VERSION", "mv -t /srv /var/lib/pg/PG_VERSION notes.txt", "unlink /var/lib/pg/PG_VERSION", "rm -f /dev/null", "mv -f notes.txt /dev/null", "mv notes.txt /etc/passwd", "mv -f -T new /etc/fstab", "dd if=/dev/null of=/etc/passwd", "dd of=link/fstab", "dd if=x of=/var/lib/pg/base", "chown -R --reference=x /etc", "chown -R --reference=x /etc build", "chown -R --reference=x link/ build", "cd / && chown -R root etc",
	"cat x > /dev/sda", "cat x >> /dev/sda", "mdadm --zero-superblock /dev/sda1", "blkdiscard -f /dev/sda",
}

// What they ask about.
var asked = []string{
	"rm -rf build", "rm -r -- build", "rm -rf /srv/app", "rm -rf build/", "sudo rm -rf build", "rm -rf /etc/nginx", "rm -rf /var/log/app",
	"find . -name '*.o' -delete", "find /var/log/app -mtime +10 -delete", "find /var/lib/pg/log -mtime +7 -delete", "truncate -s 0 large.log", "> large.log", "shred notes.txt", "chmod -R go-w /srv/many", "chown -R operator: /srv/many",
	"dd if=x of=/dev/sdb", "dd if=/dev/zero of=large.log", "mkfs.xfs /dev/sdb", "mkfs.ext4 disk.img", "wipefs -af /dev/sdb", "sgdisk -n 1:0:0 /dev/sdb", "fdisk /dev/sda", "parted -s /dev/sdb mklabel gpt",
	"parted /dev/sdb", "cryptsetup --type luks2 luksFormat /dev/sdb", "nvme format /dev/nvme0n1", "mdadm -C /dev/md0 /dev/sdb", "lvremove vg/lv", "vgremove vg", "zpool destroy tank", "zfs destroy -r tank/a",
	"chmod 777 /", "chmod 000 /etc/passwd", "chmod -x /usr/bin", "chown operator /etc", "chgrp staff /etc/passwd", "chown -R --reference=x /srv/app build",
	"truncate -s 0 current.log", "> current.log", "dd if=/dev/zero of=current.log",
	"parted", "parted -a optimal /dev/sdb", "parted /dev/sdb mkl gpt", "parted -s /dev/sdb name 1 x", "parted /dev/sdb print rm 1", "parted -m /dev/sdb", "cryptsetup luksHeaderRestore /dev/sdb", "cryptsetup luksRemoveKey /dev/sdb",
	"nvme write-zeroes /dev/nvme0n1", "nvme dsm /dev/nvme0n1", "mdadm --stop /dev/md0", "mdadm /dev/md0 --fail /dev/sdb --remove /dev/sdb", "mdadm --grow /dev/md0 -n 2",
	"zpool create -f tank /dev/sdb", "zpool replace tank a b", "zpool offline tank a", "zfs receive -F tank/a", "zpool import -F tank", "zfs rollback tank/a@1",
	"systemctl clean --what=all nginx", "systemctl start reboot.target", "systemctl default", "systemctl revert nginx",
	"reboot", "sudo shutdown -h now", "halt -f", "poweroff", "init 6", "telinit 0", "systemctl stop nginx", "systemctl --now disable nginx", "systemctl -H db2 mask nginx",
	"systemctl reboot", "sh -c 'sleep 5; reboot'",
	"kill -9 -1", "kill -1 -1", "kill -TERM 1", "kill 4711", "kill -9 $PID", "sudo kill -s KILL 4711", "sh -c 'kill -9 -- -1'", "kill -9 -4711", "kill", "/bin/kill -INT 1",
	"pkill -9 -f postgres", "killall -s KILL nginx", "killall5 -9",
}

// What they leave alone: a guard that cries wolf is left away.
var allowed = []string{
	"rm notes.txt", "rm -f none.txt", "rm -rf none", "rm link", "rm -rf link", "rm large.log", "rmdir build", "unlink notes.txt", "rm -f /etc/nginx/nginx.conf",
	"mv notes.txt other.txt", "mv notes.txt /usr/local/", "mv -t /etc notes.txt", "mv build /srv/", "chmod 600 notes.txt", "chmod -x notes.txt", "chmod -R u+w build", "chown operator /etc/nginx",
	"chown -R operator: build", "chown -R app: /opt", "truncate -s 10M notes.txt", "echo hi > new.txt", "echo hi > notes.txt", "echo hi > /dev/null", "ls > /dev/stderr 2>&1",
	"find . -name x", "find / -name core -print", "rm /var/lib/pg/log/old.csv", "rm -f /var/lib/pg/old.conf", "mv notes.txt /var/lib/pg/pg_hba.conf",
	"rm /dev/sbd", "dd if=/dev/sda of=/dev/null", "echo x >> /dev/null", "dd if=a of=b", "dd if=/dev/zero bs=1M count=1", "wipefs /dev/sda", "fdisk -l", "sfdisk --dump /dev/sda", "sgdisk -p /dev/sda", "parted -s /dev/sda unit GB print", "parted -l",
	"cryptsetup luksDump /dev/sda1", "mdadm --detail /dev/md0", "zfs list", "zpool status tank", "zfs destroy -nv tank/a", "nvme list",
	"mv /var/lib/pg/log/old.csv /srv", "mv notes.txt /var/lib/pg/old.conf", "mv notes.txt /var/lib/pg", "mv none notes.txt /srv", "cd / && chown -R root work/build", "chmod 755 /srv", "chown operator /srv/app", "chmod 1777 /tmp", "parted -s -- /dev/sda unit s print free", "parted -sl", "parted --version", "cryptsetup open /dev/sdb x", "cryptsetup close x", "cryptsetup --version",
	"nvme smart-log /dev/nvme0", "mdadm -D /dev/md0", "mdadm -As", "mdadm --examine /dev/sdb", "zfs create tank/b", "zfs receive tank/b", "zpool scrub tank", "zpool import", "systemctl start nginx",
	"shutdown -c", "init q", "systemctl status nginx", "systemctl --user stop app", "systemctl restart nginx", "systemctl", "reboot --help",
	"kill -HUP 4711", "kill -1 4711", "kill -s USR1 4711", "kill -l", "kill -0 4711", "pkill -HUP nginx", "killall --signal=USR1 nginx", "killall -s HUP nginx", "killall -l",
}

func TestCorpus(t *testing.T) {
	set, w := load(t, Files()), newWorld()
	for effect, lines := range map[guard.Effect][]string{guard.Deny: refused, guard.Confirm: asked, guard.Allow: allowed} {
		for _, line := range lines {
			t.Run(fmt.Sprintf("%s %s", effect, line), func(t *testing.T) {
				if got := w.decideText(t, set, line); got.Effect != effect {
					t.Errorf("got %s, want %s\n%s", got.Effect, effect, explain(got))
				}
			})
		}
	}
}

// Every policy meets a command that it stops, by each of its checks or by
// asking, and every program that one is about has a command that is not refused.
func TestCorpusReachesEveryPolicy(t *testing.T) {
	set, w := load(t, Files()), newWorld()
	stopped := map[string]bool{} // checks that did not pass, and policies that ask
	for _, line := range slices.Concat(refused, asked) {
		decision := w.decideText(t, set, line)
		for _, check := range decision.Checks {
			if check.Status == guard.Fails {
				name, _, _ := strings.Cut(check.ID(), "[")
				stopped[name] = true
			}
		}
		for _, confirmation := range decision.Confirmations {
			stopped[confirmation.Policy] = true
		}
	}
	for _, doc := range set.Describe() {
		for _, check := range doc.Checks {
			if id := doc.Name + "." + check; !stopped[id] && id != "delete.blast_radius.entries.max" { // no world has as many entries
				t.Errorf("no command of the corpus fails %s", id)
			}
		}
		if len(doc.Checks) == 0 && !stopped[doc.Name] {
			t.Errorf("no command of the corpus is asked about by %s", doc.Name)
		}
		if !slices.ContainsFunc(doc.Programs, func(program string) bool { return mentioned(slices.Concat(asked, allowed), program) }) {
			t.Errorf("no command of %s is let through", doc.Name)
		}
	}
}

func mentioned(lines []string, program string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return slices.Contains(strings.Fields(line), program) })
}

// Each shipped file shows in its own tests what it stops and what it does not.
func TestFilesShowBothSides(t *testing.T) {
	stops, passes := map[string]bool{}, map[string]bool{}
	for _, result := range load(t, Files()).Test(recognise) {
		stops[result.File] = stops[result.File] || result.Got < guard.Warn
		passes[result.File] = passes[result.File] || result.Got > guard.Deny
	}
	for _, file := range Files() {
		if file.Path != "policies/commands.hcl" && (!stops[file.Path] || !passes[file.Path]) {
			t.Errorf("%s: its tests stop a command: %t, let one pass: %t", file.Path, stops[file.Path], passes[file.Path])
		}
	}
}

func explain(decision guard.Decision) string {
	text := ""
	for _, problem := range decision.Problems {
		text += fmt.Sprintln("  problem:", problem.What, problem.Next)
	}
	for _, check := range decision.Checks {
		if check.Status != guard.Passes {
			text += fmt.Sprintln("  ", check.ID(), check.Status, check.Value, check.Limit, check.Message)
		}
	}
	for _, confirmation := range decision.Confirmations {
		text += fmt.Sprintf("  asks for %q (%s)\n", confirmation.Text, confirmation.Policy)
	}
	return text
}
