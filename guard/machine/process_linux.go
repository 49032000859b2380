package machine

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"

	"golang.org/x/sys/unix"
)

const (
	maxAncestors     = 32
	environmentLimit = 256 << 10 // bytes of an ancestor's environment that are read
	unsetLoginUID    = 1<<32 - 1
)

// loginUID is -1 when the kernel has none, or does not say.
func loginUID() int {
	uid, err := strconv.ParseUint(word("/proc/self/loginuid"), 10, 32)
	if err != nil || uid == unsetLoginUID {
		return -1
	}
	return int(uid)
}

// stat is what guard needs of a process's stat line.
type stat struct {
	name     string
	parent   int
	terminal uint64 // device number of the controlling terminal; 0: none
}

var errStat = errors.New("not a stat line")

// status reads the stat line of a process, "self" or a number.
func status(process string) (stat, error) {
	return parseStat(read("/proc/"+process+"/stat", 4096))
}

// parseStat reads "PID (NAME) STATE PARENT GROUP SESSION TTY …". The name may
// hold anything, also blanks and parentheses.
func parseStat(line []byte) (stat, error) {
	open, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if open < 0 || end < open {
		return stat{}, errStat
	}
	fields := strings.Fields(string(line[end+1:]))
	if len(fields) < 5 {
		return stat{}, errStat
	}
	parent, err := strconv.Atoi(fields[1])
	terminal, errTerminal := strconv.ParseInt(fields[4], 10, 32)
	if err = errors.Join(err, errTerminal); err != nil {
		return stat{}, fmt.Errorf("%w: %w", errStat, err)
	}
	return stat{name: string(line[open+1 : end]), parent: parent, terminal: uint64(uint32(terminal))}, nil
}

// ProcessOf is what the kernel says of one process.
func ProcessOf(pid int) Running {
	if unix.Kill(pid, 0) == unix.ESRCH {
		return Running{Gone: true}
	}
	line := read(fmt.Sprintf("/proc/%d/stat", pid), 4096)
	parsed, err := parseStat(line)
	if err != nil {
		return Running{}
	}
	return Running{
		Name:    parsed.name,
		User:    userOf(read(fmt.Sprintf("/proc/%d/status", pid), 64<<10)),
		Started: started(line, read("/proc/stat", 1<<20)),
	}
}

// userOf is the effective user of a status file; "" when it does not say.
func userOf(text []byte) string {
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "Uid:" {
			continue
		}
		if account, found := Lookup(fields[2]); found && account.Name != "" {
			return account.Name
		}
		return fields[2]
	}
	return ""
}

// ticks is how the kernel counts a second for programs.
const ticks = 100

// started is when a process of a stat line was started, on a host of that
// /proc/stat; zero when either does not say.
func started(line, host []byte) time.Time {
	fields := strings.Fields(string(line[bytes.LastIndexByte(line, ')')+1:]))
	const startTime = 19 // behind the name
	if len(fields) <= startTime {
		return time.Time{}
	}
	_, after, found := bytes.Cut(host, []byte("\nbtime "))
	text, _, _ := strings.Cut(string(after), "\n")
	boot, err := strconv.ParseInt(text, 10, 64)
	since, errSince := strconv.ParseInt(fields[startTime], 10, 64)
	if !found || err != nil || errSince != nil {
		return time.Time{}
	}
	return time.Unix(boot+since/ticks, 0).UTC()
}

// ancestry are the processes above this one, nearest first, up to pid 1 or to
// the first that is hidden.
func ancestry() []guard.Process {
	var processes []guard.Process
	pid := unix.Getppid()
	for len(processes) < maxAncestors && pid > 0 {
		process, err := status(strconv.Itoa(pid))
		if err != nil {
			break
		}
		processes = append(processes, guard.Process{PID: pid, Name: process.name})
		pid = process.parent
	}
	return processes
}

// environment is that of another process, as it was started; nil when it may
// not be read.
func environment(pid int) []string {
	data := read(fmt.Sprintf("/proc/%d/environ", pid), environmentLimit)
	return strings.Split(string(data), "\x00")
}

// tty is the path of the controlling terminal, "" without one.
func tty() string {
	self, err := status("self")
	if err != nil || self.terminal == 0 {
		return ""
	}
	for _, fd := range []int{0, 1, 2} {
		if path := ttyOf(fd, self.terminal); path != "" {
			return path
		}
	}
	return ttyPath(self.terminal)
}

// ttyOf is the path of a descriptor if it is that terminal.
func ttyOf(fd int, terminal uint64) string {
	link := make([]byte, unix.PathMax)
	n, err := unix.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd), link)
	if err != nil || !isDevice(string(link[:n]), terminal) {
		return ""
	}
	return string(link[:n])
}

// ttyPath is where the terminal of that device number usually stands.
func ttyPath(terminal uint64) string {
	major, minor := unix.Major(decode(terminal)), unix.Minor(decode(terminal))
	candidates := []string{
		fmt.Sprintf("/dev/pts/%d", minor),
		fmt.Sprintf("/dev/tty%d", minor),
		fmt.Sprintf("/dev/ttyS%d", max(minor, 64)-64),
		"/dev/console",
	}
	for _, path := range candidates {
		if isDevice(path, terminal) {
			return path
		}
	}
	return fmt.Sprintf("tty %d:%d", major, minor)
}

func isDevice(path string, terminal uint64) bool {
	var status unix.Stat_t
	err := unix.Stat(path, &status)
	return err == nil && status.Mode&unix.S_IFMT == unix.S_IFCHR && uint64(status.Rdev) == decode(terminal)
}

// decode turns the kernel's 32-bit device number of a stat line into that of
// stat: minor bits 0-7 and 20-31, major bits 8-19.
func decode(terminal uint64) uint64 {
	minor := terminal&0xff | terminal>>12&0xfff00
	return unix.Mkdev(uint32(terminal>>8&0xfff), uint32(minor))
}
