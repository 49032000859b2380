package shell

import (
	"strings"

	"blastguard/guard"
)

// leaves are programs that do themselves what they are asked for, whatever their
// words are: what they might execute (mkfs: mkfs.ext4) is the same thing once more.
// Not here, on purpose: tar, git, rsync, sed, sort, make, an editor, a pager, a client.
const leaves = " rm rmdir unlink shred truncate mv cp ln link install dd tee sponge touch mkdir mkfifo mknod mktemp fallocate split csplit " +
	"chmod chown chgrp chattr chacl setfacl setfattr setcap sync fsfreeze fstrim " +
	"gzip gunzip bzip2 bunzip2 xz unxz lzma zstd unzstd lz4 unzip " +
	"kill pkill killall killall5 skill renice halt init poweroff reboot shutdown telinit systemctl loginctl hostnamectl timedatectl journalctl " +
	"mkfs mke2fs mkswap mkntfs mkdosfs swapon swapoff mount umount losetup findmnt partx " +
	"blkdiscard blkid blockdev cfdisk cryptsetup dmsetup fdisk gdisk sgdisk sfdisk parted wipefs hdparm nvme badblocks tune2fs resize2fs " +
	"e2fsck fsck xfs_repair xfs_growfs lvm lvreduce lvremove lvresize lvextend lvcreate lvchange lvrename vgremove vgreduce vgcreate vgchange " +
	"pvremove pvcreate pvmove mdadm zfs zpool btrfs qemu-img ddrescue find " +
	"useradd userdel usermod groupadd groupdel groupmod passwd date hostname sysctl modprobe rmmod insmod "

// Leaf says whether a program of that name executes nothing but what it is asked for
// itself. A script of that name (a shim) may; that is for who looks at the file.
func Leaf(op guard.Operation) bool {
	name := op.Program
	return name != "" && !strings.Contains(name, " ") && (strings.Contains(leaves, " "+name+" ") || strings.HasPrefix(name, "mkfs."))
}

// Runner says whether the operation is a program that is known to run what somebody
// else wrote: sh, make, python3, ansible-playbook.
func Runner(op guard.Operation) bool {
	return op.Program != "" && !op.Builtin && op.On == "" && known(op.Program)
}
