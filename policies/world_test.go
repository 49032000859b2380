package policies

import (
	"fmt"
	"path"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
)

// world is a host made up for the tests: paths to what is there. It answers
// what the shipped policies ask, without looking at this machine.
type world map[string]string

// The kinds of entry, beside "-> TARGET" for a link, "block NAME" and "char NAME"
// for a device by the kernel's name, and "bind OF" for a directory that is mounted in
// a second place.
const (
	directory = "directory"
	file      = "file" // of 4000 bytes
	emptyFile = "empty file"
	largeFile = "large file"
)

func newWorld() world {
	w := world{
		"/": directory, "/lib": "-> usr/lib", "/bin": "-> usr/bin", "/work": directory, "/work/notes.txt": file, "/work/large.log": largeFile,
		"/work/build": directory, "/work/current.log": "-> large.log", "/work/link": "-> /etc", "/work/up": "-> ..", "/work/fstab": "-> ../etc/fstab", "/home/operator": directory,
		"/home/other": directory, "/srv/app": directory, "/srv/data": directory, "/srv/data/nfs": "mount",
		"/etc/fstab": file, "/etc/passwd": file, "/etc/nginx": directory, "/etc/nginx/nginx.conf": file, "/var/log/app": directory,
		"/dev/null": "char /dev/null", "/dev/sda": "block /dev/sda", "/dev/sda1": "block /dev/sda1", "/dev/sdb": "block /dev/sdb", "/dev/disk": directory, "/dev/disk/by-id": directory,
		"/dev/mem": "char /dev/mem", "/dev/tty": "char /dev/tty", "/dev/zero": "char /dev/zero", "/dev/watchdog": "char /dev/watchdog", "/dev/pts/3": "char /dev/pts/3", "/dev/mtd0": "char /dev/mtd0",
		"/work/chroot": directory, "/work/chroot/dev": directory, "/work/chroot/dev/disk0": "block /dev/sda", "/work/chroot/dev/spare": "block /dev/sdb", "/work/chroot/dev/none": "char /dev/null",
		"/work/chroot/home": "bind /home", "/work/bound": "bind /etc", "/work/pg": "bind /var/lib/pg", "/work/chroot/home/other": directory, "/work/bound/ssh": directory, "/work/bound/nginx": directory, "/work/bound/fstab": file, "/work/bound/passwd": file, "/work/pg/base": directory, "/work/pg/PG_VERSION": file,
		"/work/mydisk": "-> /dev/sda", "/work/empty": emptyFile, "/work/a": file, "/work/b": file, "/work/image.raw": largeFile,
		"/work/chroot/proc": directory, "/work/chroot/proc/sysrq-trigger": "kernel /proc/sysrq-trigger", "/proc/sysrq-trigger": file, "/proc/sys/net/ipv4/ip_forward": file, "/proc/sys/vm/drop_caches": file, "/sys/block/sda/device/delete": file, "/sys/block/sdb/device/delete": file, "/sys/power/state": file,
		"/dev/disk/by-id/usb": "-> ../../sda", "/var/lib/pg": directory, "/var/lib/pg/PG_VERSION": file, "/var/lib/pg/log": directory, "/var/lib/pg/log/old.csv": file,
		"/var/lib/pg/base": directory, "/var/lib/pg/old.conf": file,
	}
	for _, dir := range strings.Fields("/boot /boot/grub /dev /etc /etc/ssh /home /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/lib /usr/local /usr/share /usr/sbin /var /var/lib /var/log") {
		w[dir] = directory
	}
	for i := range 1200 {
		w[fmt.Sprintf("/srv/many/%d", i)] = file
	}
	w["/srv/many"] = directory
	return w
}

// resolve follows the links of all directories and, when follow is set or a
// slash comes behind it, of the last name.
func (w world) resolve(name string, follow bool) string {
	at, left := "/", strings.Split(name, "/")
	for hops := 0; len(left) > 0 && hops < 200; hops++ {
		part := left[0]
		left = left[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			at = path.Dir(at)
			continue
		}
		next := path.Join(at, part)
		target, isLink := strings.CutPrefix(w[next], "-> ")
		if !isLink || len(left) == 0 && !follow {
			at = next
			continue
		}
		if path.IsAbs(target) {
			at = "/"
		}
		left = append(strings.Split(target, "/"), left...)
	}
	return at
}

// answer is what a probe would say here.
func (w world) answer(ask guard.Ask) guard.Fact {
	switch ask.Kind {
	case "resolve":
		return known(w.locate(paths(ask)))
	case "age": // nothing here was made by a script
		return known(map[string]any{"younger": false, "older": nil})
	case "tree":
		return known(w.tree(paths(ask)))
	case "datadir":
		return known(w.databases(paths(ask)))
	case "exec":
		return known(w.lsblk(ask.Args["argv"].([]any)))
	default:
		return guard.Fact{Reason: "nobody knows " + ask.Kind}
	}
}

func known(value any) guard.Fact { return guard.Fact{Known: true, Value: value, At: time.Unix(0, 0)} }

// paths are those of a question, absolute.
func paths(ask guard.Ask) [][2]string {
	dir, _ := ask.Args["dir"].(string)
	var all [][2]string
	for _, one := range ask.Args["paths"].([]any) {
		given := one.(string)
		absolute := given
		if !strings.HasPrefix(given, "/") {
			absolute = dir + "/" + given
		}
		all = append(all, [2]string{given, absolute})
	}
	return all
}

func (w world) locate(paths [][2]string) any {
	var all []any
	for i, p := range paths {
		resolved, real := w.resolve(p[1], false), w.resolve(p[1], true)
		object := map[string]any{
			"given": p[0], "resolved": resolved, "real": real, "exists": w[resolved] != "",
			"type": nil, "size": nil, "device": int64(1), "inode": int64(i + 2), "links": int64(1),
		}
		object["names"], object["real_names"], object["holds"] = w.names(resolved), w.names(real), w.holds(resolved)
		object["disks"] = []any{}
		if real == "/sys/block/sda/device/delete" {
			object["disks"] = []any{"/dev/sda"}
		}
		object["rdev"], object["disk"], object["char"], object["kernel"] = nil, nil, nil, nil
		behind, name, _ := strings.Cut(w[real], " ")
		switch {
		case behind == "block":
			object["disk"] = name
		case behind == "char":
			object["char"] = name
		case behind == "kernel":
			object["kernel"] = name
		case below(real, "/proc"), below(real, "/sys"):
			object["kernel"] = real
		}
		switch kind, _, _ := strings.Cut(w[resolved], " "); {
		case kind == "empty":
			object["type"], object["size"] = "file", int64(0)
		case kind == "bind":
			object["type"], object["size"] = "directory", int64(4096)
		case kind == "kernel":
			object["type"], object["size"] = "file", int64(0)
		case w[resolved] == largeFile:
			object["type"], object["size"] = "file", int64(5_000_000_000)
		case kind == "->":
			object["type"], object["size"] = "symlink", int64(9)
		case kind == "mount":
			object["type"], object["size"] = "directory", int64(4096)
		case kind != "":
			object["type"], object["size"] = kind, int64(4000)
		}
		all = append(all, object)
	}
	return all
}

// names are the other names of what has this one; holds those of what is mounted
// below it.
func (w world) names(name string) any {
	names := []any{}
	for point, kind := range w {
		if of, bound := strings.CutPrefix(kind, "bind "); bound {
			if below(name, point) {
				names = append(names, of+strings.TrimPrefix(name, point))
			} else if below(name, of) {
				names = append(names, point+strings.TrimPrefix(name, of))
			}
		}
	}
	return names
}

func (w world) holds(name string) any {
	names := []any{}
	for point, kind := range w {
		if of, bound := strings.CutPrefix(kind, "bind "); bound && point != name && below(point, name) {
			names = append(names, of)
		}
	}
	return names
}

func below(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, dir+"/")
}

func (w world) tree(paths [][2]string) any {
	entries, mounts := int64(0), []any{}
	for _, p := range paths {
		for name, kind := range w {
			if !below(name, w.resolve(p[1], false)) {
				continue
			}
			entries++
			if kind == "mount" {
				mounts = append(mounts, name)
			}
		}
	}
	return map[string]any{"entries": entries, "files": entries, "directories": int64(0), "bytes": nil, "mounts": mounts, "open": []any{}, "devices": int64(1)}
}

// databases: /var/lib/pg is the directory of a primary.
func (w world) databases(paths [][2]string) any {
	found := []any{}
	for _, p := range paths {
		at := w.resolve(p[1], false)
		if below(at, "/work/pg") {
			at = "/var/lib/pg" + strings.TrimPrefix(at, "/work/pg")
		}
		if below(at, "/var/lib/pg") || below("/var/lib/pg", at) {
			found = append(found, map[string]any{
				"path": "/var/lib/pg", "engine": "postgresql", "version": "15", "role": "primary", "lag": nil, "upstream_alive": nil,
				"identity": "1", "state": "in production", "port": int64(5432), "evidence": []any{},
			})
			break
		}
	}
	return map[string]any{"found": found}
}

// lsblk: the first partition of sda is mounted, sdb is idle.
func (w world) lsblk(argv []any) any {
	devices := []any{}
	for _, one := range argv {
		name := fmt.Sprint(one)
		if !strings.HasPrefix(name, "/dev/") {
			continue
		}
		var mountpoint any
		if strings.HasPrefix(name, "/dev/sda") {
			mountpoint = "/"
		}
		devices = append(devices, map[string]any{"name": name, "mountpoint": mountpoint})
	}
	return map[string]any{"blockdevices": devices}
}

func request() guard.Request {
	return guard.Request{
		Dir:     "/work",
		Env:     []string{"HOME=/home/operator", "PATH=/usr/bin:/bin"},
		Account: guard.Account{Known: true, Name: "operator", UID: 1000, Home: "/home/operator"},
		Host:    guard.Host{Name: "test.example"},
		Time:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

func lookup(name string) (guard.Account, bool) {
	if name == "root" || name == "0" {
		return guard.Account{Known: true, Name: "root", Home: "/root"}, true
	}
	return guard.Account{}, false
}

// decideText decides a line typed in a shell, decideArgv a command with its
// words, in this world.
func (w world) decideText(t testing.TB, set *policy.Set, line string) guard.Decision {
	r := request()
	return w.decide(t, set, r, shell.Text(line, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account, Lookup: lookup}))
}

func (w world) decideArgv(t testing.TB, set *policy.Set, argv []string) guard.Decision {
	r := request()
	return w.decide(t, set, r, shell.Operations(argv, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account, Lookup: lookup}))
}

func (w world) decide(t testing.TB, set *policy.Set, r guard.Request, operations []guard.Operation) guard.Decision {
	t.Helper()
	facts := guard.Facts{}
	for range 6 {
		asks, decision := set.Decide(r, operations, facts)
		if len(asks) == 0 {
			return decision
		}
		for _, ask := range asks {
			facts[ask.Key] = w.answer(ask)
		}
	}
	t.Fatal("the policies never stop asking")
	return guard.Decision{}
}
