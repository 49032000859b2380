package probe

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// readMounts reads the mounts that this process sees.
func readMounts() *mountTable {
	table, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return &mountTable{problem: err}
	}
	defer table.Close()
	mounts, err := parseTable(table)
	return &mountTable{mounts: mounts, problem: err}
}

// parseTable reads the form of proc_pid_mountinfo(5): id, parent, major:minor, root,
// mount point, options, optional fields, "-", kind of file system, …
func parseTable(table io.Reader) ([]mount, error) {
	var mounts []mount
	lines := bufio.NewScanner(table)
	lines.Buffer(make([]byte, 0, 4096), 1<<20)
	for lines.Scan() {
		line := lines.Text()
		before, after, found := strings.Cut(line, " - ")
		fields := strings.SplitN(before, " ", 6)
		if !found || len(fields) < 6 {
			return nil, fmt.Errorf("a line of the mount table is cut short: %q", line)
		}
		kind, _, _ := strings.Cut(after, " ")
		mounts = append(mounts, mount{device: fields[2], root: unescapeMount(fields[3]), point: unescapeMount(fields[4]), kind: kind})
	}
	return mounts, lines.Err()
}

// describeDevice says which device a node is, wherever the node stands: its number,
// and the name that the kernel gives to it. A device that the kernel does not know
// keeps the name of its node.
func describeDevice(object map[string]any, real string, info fs.FileInfo) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || info.Mode()&fs.ModeDevice == 0 {
		return
	}
	number := fmt.Sprintf("%d:%d", unix.Major(uint64(stat.Rdev)), unix.Minor(uint64(stat.Rdev)))
	object["rdev"] = number
	kind, class := "disk", "block"
	if info.Mode()&fs.ModeCharDevice != 0 {
		kind, class = "char", "char"
	}
	object[kind] = real
	text, err := os.ReadFile("/sys/dev/" + class + "/" + number + "/uevent")
	if err != nil {
		return
	}
	for _, line := range strings.Split(string(text), "\n") {
		if name, found := strings.CutPrefix(line, "DEVNAME="); found && name != "" {
			object[kind] = "/dev/" + name
		}
	}
}
