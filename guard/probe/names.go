package probe

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"blastguard/guard"
)

// A path is only one name of what it leads to. These are the facts that say what it
// is, by whatever name: a device by its number, a directory by all places where it
// is mounted, a file of the kernel by the file system that it is on.

// describeNames adds them to an object of resolve. The mounts are read once an answer;
// problem says why they could not be.
func describeNames(object map[string]any, found place, mounts *mountTable) {
	resolved := found.path
	real, follows := object["real"].(string)
	object["rdev"], object["disk"], object["char"], object["kernel"] = nil, nil, nil, nil
	if info := behind(found, real); info != nil && follows {
		describeDevice(object, real, info)
	}
	object["disks"] = []any{}
	if mounts.problem != nil {
		unknown := guard.Unmeasured{Reason: "the mount table could not be read: " + mounts.problem.Error()}
		object["kernel"], object["names"], object["real_names"], object["holds"] = unknown, unknown, unknown, unknown
		return
	}
	object["names"], object["holds"] = anyOf(mounts.names(resolved)), anyOf(mounts.holds(found))
	object["real_names"] = object["names"]
	if follows && real != resolved {
		object["real_names"] = anyOf(mounts.names(real))
	}
	if kernel := mounts.kernel(real); follows && kernel != "" {
		object["kernel"], object["disks"] = kernel, anyOf(disksOf(real, kernel))
	}
}

// behind is what the path leads to, with a last link followed.
func behind(found place, real string) fs.FileInfo {
	if found.info == nil || found.info.Mode()&fs.ModeSymlink == 0 {
		return found.info
	}
	info, err := os.Lstat(real)
	if err != nil {
		return nil
	}
	return info
}

// mountTable are the mounts that guard sees, in the order of the table.
type mountTable struct {
	mounts  []mount
	problem error
}

// mount is one line of the table.
type mount struct {
	device string // MAJOR:MINOR
	root   string // the directory of the file system that is mounted
	point  string // where
	kind   string // of file system
}

// at is the mount that a clean absolute path is on.
func (t *mountTable) at(name string) (on mount, found bool) {
	for _, m := range t.mounts {
		if isBelow(name, m.point) && len(m.point) >= len(on.point) {
			on, found = m, true
		}
	}
	return on, found
}

// inner is the path inside of the file system.
func (m mount) inner(name string) string {
	return path.Join(m.root, strings.TrimPrefix(name, m.point))
}

// outer is the path of what has that name inside of the file system; false when
// this mount does not show it.
func (m mount) outer(inner string) (string, bool) {
	if !isBelow(inner, m.root) {
		return "", false
	}
	return path.Join(m.point, strings.TrimPrefix(inner, m.root)), true
}

// names are the other paths of what has this one: those under which the mounts show
// it too. What does not exist yet has those of its directory.
func (t *mountTable) names(name string) []string {
	on, found := t.at(name)
	if !found {
		return nil
	}
	var names []string
	for _, m := range t.mounts {
		if other, shows := m.outer(on.inner(name)); m.device == on.device && shows && other != name && same(name, other) {
			names = append(names, other)
		}
	}
	return sortedUnique(names)
}

// same: both are one file, or names for one in the same directory. A mount may hide
// what the table says.
func same(a, b string) bool {
	infoA, err := os.Lstat(a)
	if absent(err) && path.Dir(a) != a {
		return path.Base(a) == path.Base(b) && same(path.Dir(a), path.Dir(b))
	}
	infoB, errB := os.Lstat(b)
	return err == nil && errB == nil && os.SameFile(infoA, infoB)
}

// holds are the other paths of what is mounted somewhere below a directory: what
// empties it, empties those. Nothing is touched: a file server may be dead.
func (t *mountTable) holds(dir place) []string {
	if dir.info == nil || !dir.info.IsDir() || dir.path == "/" {
		return nil
	}
	var names []string
	for _, below := range t.mounts {
		if below.point == dir.path || !isBelow(below.point, dir.path) {
			continue
		}
		for _, m := range t.mounts {
			if other, shows := m.outer(below.root); m.device == below.device && shows && !isBelow(other, dir.path) {
				names = append(names, other)
			}
		}
	}
	return sortedUnique(names)
}

// kernel is the name of a file by which the kernel gives itself to be changed, as
// /proc and /sys have it, wherever they are mounted; "" for any other file.
func (t *mountTable) kernel(name string) string {
	usual := map[string]string{
		"proc": "/proc", "sysfs": "/sys", "cgroup": "/sys/fs/cgroup", "cgroup2": "/sys/fs/cgroup", "debugfs": "/sys/kernel/debug",
		"efivarfs": "/sys/firmware/efi/efivars", "binfmt_misc": "/proc/sys/fs/binfmt_misc", "configfs": "/sys/kernel/config",
	}
	on, found := t.at(name)
	if !found || usual[on.kind] == "" {
		return ""
	}
	return path.Join(usual[on.kind], on.inner(name))
}

func isBelow(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, dir+"/")
}

// disksOf are the disks that go with what a switch of the kernel takes away: those of
// the device in whose directory it stands, what hangs on it, and the disk that it is a
// part of. Which files are such switches is for the policies to say. kernel is the name
// that the kernel has for the file.
func disksOf(name, kernel string) []string {
	dir := path.Dir(name)
	if !strings.HasPrefix(kernel, "/sys/devices/") {
		return disksInSlot(dir)
	}
	disks := disksBelow(dir)
	for depth := strings.Count(kernel, "/") - 1; depth > 2; depth, dir = depth-1, path.Dir(dir) {
		if standsAsDisk(dir) {
			disks = appendDisk(disks, dir)
		}
	}
	return sortedUnique(disks)
}

// disksBelow are those in the directory of a device. What hangs on a device is in
// its directory, behind however many bridges; links lead to its bus, and to all other
// devices on that.
func disksBelow(device string) []string {
	var disks []string
	_ = filepath.WalkDir(device, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && name != device && standsAsDisk(name) { // else it has just gone
			disks = appendDisk(disks, name)
		}
		return nil
	})
	return sortedUnique(disks)
}

// disksInSlot are those of the devices in a slot: it tells their address on the bus
// (sysfs-bus-pci), without the function behind the dot.
func disksInSlot(slot string) []string {
	address, err := os.ReadFile(slot + "/address")
	if err != nil || len(strings.TrimSpace(string(address))) == 0 {
		return nil
	}
	devices := path.Join(path.Dir(path.Dir(slot)), "devices")
	found, _ := filepath.Glob(path.Join(devices, strings.TrimSpace(string(address))+".*"))
	var disks []string
	for _, device := range found {
		if real, err := filepath.EvalSymlinks(device); err == nil {
			disks = append(disks, disksBelow(real)...)
		}
	}
	return sortedUnique(disks)
}

func standsAsDisk(name string) bool {
	parent, base := path.Base(path.Dir(name)), path.Base(name)
	controller, _ := path.Match("nvme*", parent)
	namespace, _ := path.Match("nvme*n*", base)
	return parent == "block" || controller && namespace
}

// hiddenPath is one of several ways to a disk, which has a name of its own then:
// nvme0c1n2 is a way to nvme0n2.
var hiddenPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(nvme[0-9]+)c[0-9]+(n[0-9]+)$`) })

// appendDisk adds the name of the disk whose directory that is; it may be another.
func appendDisk(disks []string, dir string) []string {
	name := path.Base(dir)
	if _, err := os.Stat(dir + "/dev"); err != nil {
		ways := hiddenPath().FindStringSubmatch(name)
		if ways == nil {
			return disks
		}
		name = ways[1] + ways[2]
	}
	return append(disks, "/dev/"+strings.ReplaceAll(name, "!", "/"))
}
