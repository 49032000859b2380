package audit

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// networkName is the name of a file system on which WAL is not safe, by the
// magic number of statfs; "" for the others. Their locks or shared memory do
// not reach all that use the file. FUSE is among them, for it may be sshfs.
func networkName(magic int64) string {
	switch uint32(magic) {
	case 0x6969:
		return "NFS"
	case 0x517b, 0xff534d42, 0xfe534d42:
		return "SMB"
	case 0x01021997:
		return "9P"
	case 0x00c36400:
		return "Ceph"
	case 0x5346414f, 0x6b414653:
		return "AFS"
	case 0x65735546:
		return "FUSE"
	case 0x73757245:
		return "Coda"
	case 0x564c:
		return "NCP"
	case 0x01161970:
		return "GFS2"
	case 0x7461636f:
		return "OCFS2"
	case 0x0bd00bd0:
		return "Lustre"
	case 0x47504653:
		return "GPFS"
	case 0x19830326:
		return "BeeGFS"
	case 0x20030528:
		return "OrangeFS"
	case 0x786f4256:
		return "VirtualBox shared folder"
	case 0xbacbacbc:
		return "VMware shared folder"
	default:
		return ""
	}
}

func statfsMagic(dir string) (int64, error) {
	var stat unix.Statfs_t
	for {
		err := unix.Statfs(dir, &stat)
		if err == nil {
			return int64(stat.Type), nil
		}
		if err != unix.EINTR {
			return 0, fmt.Errorf("file system of %s: %w", dir, err)
		}
	}
}
