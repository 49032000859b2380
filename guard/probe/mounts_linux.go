package probe

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mountPoints reads what is mounted where: path to device. Nothing is touched, so a
// dead file server cannot hold it up.
func mountPoints() (map[string]uint64, error) {
	table, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer table.Close()
	return parseMounts(table)
}

// parseMounts reads the form of proc_pid_mountinfo(5): id, parent,
// major:minor, root, mount point, … Of several mounts on one point the last one counts.
func parseMounts(table io.Reader) (map[string]uint64, error) {
	mounts := map[string]uint64{}
	lines := bufio.NewReader(table)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF && line == "" {
			return mounts, nil
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		fields := strings.Fields(line)
		if len(fields) < 5 {
			return nil, fmt.Errorf("a line of the mount table is cut short: %q", line)
		}
		device, err := parseDevice(fields[2])
		if err != nil {
			return nil, err
		}
		mounts[unescapeMount(fields[4])] = device
	}
}

func parseDevice(text string) (uint64, error) {
	major, minor, _ := strings.Cut(text, ":")
	a, errA := strconv.ParseUint(major, 10, 32)
	b, errB := strconv.ParseUint(minor, 10, 32)
	if errA != nil || errB != nil {
		return 0, fmt.Errorf("no device number: %q", text)
	}
	return unix.Mkdev(uint32(a), uint32(b)), nil
}

// unescapeMount undoes the kernel's \040 for space, tab, newline, backslash.
func unescapeMount(path string) string {
	if !strings.Contains(path, `\`) {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '\\' && i+3 < len(path) {
			if code, err := strconv.ParseUint(path[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}
