package policies

import (
	"fmt"
	"maps"
	"path"
	"slices"
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
		"/srv/pg-old": directory, "/srv/pg-old/base": directory, "/srv/pg-former": directory, "/srv/pg-former/base": directory, "/srv/maria": directory,
	}
	for _, dir := range strings.Fields("/boot /boot/grub /dev /etc /etc/ssh /home /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/lib /usr/local /usr/share /usr/sbin /var /var/lib /var/log") {
		w[dir] = directory
	}
	// What is in some directories of the system, all or a part of which is taken.
	for dir, names := range map[string]string{
		"/boot": "vmlinuz-6.1 vmlinuz-5.10 initrd.img-6.1 initrd.img-5.10 config-6.1 config-5.10", "/boot/grub": "grub.cfg fonts", "/etc/pam.d": "common-auth login sshd su sudo",
		"/etc/ssh":    "moduli ssh_config sshd_config ssh_host_ed25519_key ssh_host_ed25519_key.pub ssh_host_rsa_key ssh_host_rsa_key.pub",
		"/etc":        "shadow sudoers group hostname hosts motd issue profile resolv.conf",
		"/etc/cron.d": "backup clean report", "/etc/nginx/sites-enabled": "old site", "/usr/local": "bin etc lib sbin share", "/usr/local/bin": "mytool other third",
		"/usr/bin": "dash bash sudo ls cat awk sed cp mv", "/usr/libexec": "a b c d e f g h i j k l", "/usr/lib": "ssl python3 gcc", "/lib/systemd": "systemd",
		"/var/lib/dpkg":  "status available info",
		"/home/operator": "build notes src", "/home/other": "mail",
		"/root": "script.sh", "/tmp": "a.log b.log c.log", "/opt": "app", "/srv/www": "a b c", "/var/log": "syslog auth.log dpkg.log", "/usr/share": "doc man zoneinfo",
	} {
		for _, name := range strings.Fields(names) {
			if at := dir + "/" + name; w[at] == "" {
				w[at] = file
			}
		}
		if w[dir] == "" {
			w[dir] = directory
		}
	}
	w["/usr/bin/sh"], w["/usr/lib/systemd"], w["/usr/lib/systemd/systemd"] = "-> dash", directory, file
	delete(w, "/lib/systemd")
	delete(w, "/lib/systemd/systemd")
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
	case "contents":
		return known(w.contents(ask))
	case "identity":
		return known(w.identities(ask))
	case "claims": // nobody else is at work
		return known(map[string]any{"held": 0.0, "holders": []any{}})
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

// names are the entries of a directory.
func (w world) entriesOf(dir string) []string {
	var names []string
	for name := range w {
		if path.Dir(name) == dir && name != "/" {
			names = append(names, path.Base(name))
		}
	}
	return names
}

func (w world) contents(ask guard.Ask) any {
	taken := map[string]map[string]bool{}
	for _, p := range paths(ask) {
		at := w.resolve(p[1], false)
		if w[at] == "" || at == "/" {
			continue
		}
		if taken[path.Dir(at)] == nil {
			taken[path.Dir(at)] = map[string]bool{}
		}
		taken[path.Dir(at)][path.Base(at)] = true
	}
	answer := []any{}
	for _, dir := range slices.Sorted(maps.Keys(taken)) {
		names := taken[dir]
		listed, under := false, false
		for _, one := range ask.Args["in"].([]any) {
			match, _ := path.Match(one.(string), dir)
			listed = listed || match
			under = under || below(dir, one.(string))
		}
		least, _ := ask.Args["below"].(int64)
		if !listed && !(under && int64(len(names)) >= least) {
			continue
		}
		answer = append(answer, map[string]any{"path": dir, "listed": listed, "entries": int64(len(w.entriesOf(dir))), "taken": int64(len(names))})
	}
	return answer
}

func (w world) identities(ask guard.Ask) any {
	answer := []any{}
	written, _ := ask.Args["written"].(bool)
	for _, p := range paths(ask) {
		at := w.resolve(p[1], written)
		for _, name := range w.matching(ask.Args["files"].([]any)) {
			there := w[w.resolve(name, false)] != ""
			is := there && (w.resolve(name, false) == at || w.resolve(name, true) == at)
			holds := there && !written && !is && w[at] == directory && below(w.resolve(name, true), at)
			if is || holds {
				answer = append(answer, map[string]any{"given": p[0], "file": name, "holds": holds})
				break
			}
		}
	}
	return answer
}

// matching are the names that the patterns stand for; the running kernel is 6.1.
func (w world) matching(patterns []any) []string {
	var names []string
	for _, one := range patterns {
		pattern := strings.ReplaceAll(one.(string), "{kernel}", "6.1")
		if !strings.ContainsAny(pattern, "*[") {
			names = append(names, pattern)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(w)) {
			if match, _ := path.Match(pattern, name); match {
				names = append(names, name)
			}
		}
	}
	return names
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
