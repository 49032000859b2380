package machine

import (
	"blastguard/guard"

	"golang.org/x/sys/unix"
)

// Host is this machine: its name as the kernel has it (uname's nodename; never
// asked of a name service), the machine id that an installation keeps, and the
// id that the kernel makes at every boot. What is not there is empty.
func Host() guard.Host {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		name = unix.Utsname{}
	}
	return guard.Host{
		Name:      unix.ByteSliceToString(name.Nodename[:]),
		MachineID: word("/etc/machine-id"),
		BootID:    word("/proc/sys/kernel/random/boot_id"),
	}
}
