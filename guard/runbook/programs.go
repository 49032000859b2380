package runbook

import (
	"strings"
	"sync"
)

// wellKnown are the first words of commands in runbooks: programs of operators, and
// what only a shell knows. A block that nothing marks as a shell's is read when its
// first word is one of them, or a program that the caller knows. The list tells
// commands from prose and output, and decides nothing else.
var wellKnown = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, name := range strings.Fields(wellKnownNames) {
		known[name] = true
	}
	return known
})

const wellKnownNames = `
. : [ [[ alias bg bind break builtin case cd command continue declare disown do done elif else esac eval exec exit export fg fi for function getopts hash help history if jobs
let local popd printf pushd pwd read readonly return select set shift shopt source test then time times trap type typeset ulimit umask unalias unset until wait while { (
adduser addgroup alternatives ansible ansible-playbook apk apt apt-cache apt-get apt-key apt-mark aptitude arp at awk aws az base64 basename bash blkdiscard blkid blockdev borg brctl brew btrfs bundle busybox bzip2
caddy cargo cat certbot cfdisk chage chattr chcon chgrp chkconfig chmod chown chpasswd chroot chsh clear cmp comm composer conda consul cp cpio createdb createuser crictl crontab cryptsetup csplit ctr curl cut
date dbclient dd df dhclient diff dig dirname dmesg dmidecode dmsetup dnf docker docker-compose dpkg dpkg-reconfigure drush dropdb dropuser du e2fsck easy_install echo egrep elasticsearch env envsubst etcdctl ethtool expr
fallocate false fdisk fgrep fail2ban-client file find findmnt firewall-cmd flatpak flyctl free fsck fstrim ftp fuser g++ gcc gcloud gdisk gem getent getenforce getfacl git gh glab go gpasswd gpg gradle grep groupadd groupdel groupmod groups growpart grub-install grub-mkconfig grub2-mkconfig gsutil gunzip gzip
haproxy halt head helm heroku hexdump host hostname hostnamectl htop htpasswd id ifconfig ifdown ifup influx init initctl insmod install invoke-rc.d ip ipmitool iptables iptables-restore iptables-save ipvsadm irb iscsiadm iw
java journalctl jq kafka-topics kafka-topics.sh keytool kill killall kubeadm kubectl kustomize last ldapadd ldapdelete ldapmodify ldapsearch less ln locale-gen localectl logger loginctl logname logrotate losetup ls lsattr lsblk lscpu lsmod lsof lspci lsusb lvchange lvconvert lvcreate lvdisplay lvextend lvm lvreduce lvremove lvresize lvs lxc
make man mariadb mariadb-dump mc md5sum mdadm minikube mkdir mkfifo mkfs mkfs.ext4 mkfs.xfs mknod mkswap mktemp modprobe mongo mongod mongodump mongorestore mongosh more mount mountpoint mpstat multipath mv mvn mysql mysqladmin mysqlbinlog mysqldump
nano nc ncat netplan netstat newgrp nft nginx nice nmap nmcli node nodetool nohup nologin nomad npm npx nslookup ntpdate nvme openssl parted partprobe passwd patch pcs perl pg_basebackup pg_ctl pg_ctlcluster pg_dump pg_dumpall pg_lsclusters pg_restore pg_resetwal pg_rewind pgbackrest pgrep php ping pip pip3 pkill podman poweroff ps psql puppet pvcreate pvdisplay pvmove pvremove pvresize pvs python python3 python2
qemu-img rabbitmqctl rails rake rclone readlink realpath reboot redis-cli redis-server renice repmgr resize2fs restic restorecon rm rmdir rmmod route rpm rpmbuild rsync ruby runuser salt salt-call sc scp screen sed semanage seq service sestatus setenforce setfacl setsebool sfdisk sftp sgdisk sh sha256sum showmount shred shutdown sleep smartctl snap sort split sqlite3 ss ssh ssh-add ssh-agent ssh-copy-id ssh-keygen ssh-keyscan stat strace strings stty su sudo doas supervisorctl swapoff swapon sync sysctl systemctl systemd-run
tac tail tar tcpdump tee telinit telnet terraform tofu timedatectl timeout tmux top touch tr traceroute true truncate tune2fs udevadm ufw umount unalias uname uniq unlink unshare unxz unzip update-alternatives update-grub update-initramfs update-rc.d uptime useradd userdel usermod
vagrant vault vgchange vgcreate vgdisplay vgextend vgreduce vgremove vgs vi vim virsh visudo vmstat wc wget wg whereis which who whoami wipefs xargs xfs_growfs xfs_repair xz yarn yq yum zabbix_get zcat zfs zgrep zip zkCli.sh zpool zstd zypper
`

// isProgram: the word is, or looks like, the name of a program.
func (c Context) isProgram(word string) bool {
	for _, prefix := range []string{"./", "../", "~/"} {
		if rest, ok := strings.CutPrefix(word, prefix); ok && rest != "" {
			return true
		}
	}
	if strings.HasPrefix(word, "/") && (strings.Contains(word, "bin/") || strings.HasSuffix(word, ".sh")) {
		return true
	}
	return word != "" && (wellKnown()[word] || c.Program != nil && c.Program(word))
}

// firstWord is the word of a line that would name a program: after variables that
// are set for it.
func firstWord(line string) string {
	for {
		line = strings.TrimLeft(line, " \t")
		end := strings.IndexAny(line, " \t;|&<>()")
		if end < 0 {
			end = len(line)
		}
		word := line[:end]
		name, _, assigns := strings.Cut(word, "=")
		if !assigns || !isName(name) || end == len(line) {
			return word
		}
		line = line[end+1:]
	}
}

func isName(text string) bool {
	for i, c := range []byte(text) {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || !isDigit(c)) {
			return false
		}
	}
	return text != ""
}

// startsCommand: the line begins with a program.
func (c Context) startsCommand(line string) bool { return c.isProgram(firstWord(line)) }

// surelyCommand: so does it, and goes on as commands do and prose does not: with a
// flag, a path, a variable or an operator.
func (c Context) surelyCommand(line string) bool {
	if !c.startsCommand(line) {
		return false
	}
	for _, word := range strings.Fields(line) {
		if len(word) > 1 && (word[0] == '-' || strings.ContainsAny(word[:1], "$/~")) || strings.ContainsAny(word, "/|;&><") {
			return true
		}
	}
	return false
}
