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

// The kinds of entry, beside "-> TARGET" for a link.
const (
	directory = "directory"
	file      = "file" // of 4000 bytes
	largeFile = "large file"
	device    = "other"
)

func newWorld() world {
	w := world{
		"/": directory, "/lib": "-> usr/lib", "/bin": "-> usr/bin", "/work": directory, "/work/notes.txt": file, "/work/large.log": largeFile,
		"/work/build": directory, "/work/current.log": "-> large.log", "/work/link": "-> /etc", "/work/up": "-> ..", "/work/fstab": "-> ../etc/fstab", "/home/operator": directory,
		"/home/other": directory, "/srv/app": directory, "/srv/data": directory, "/srv/data/nfs": "mount",
		"/etc/fstab": file, "/etc/passwd": file, "/etc/nginx": directory, "/etc/nginx/nginx.conf": file, "/var/log/app": directory,
		"/dev/null": device, "/dev/sda": device, "/dev/sda1": device, "/dev/sdb": device, "/dev/disk": directory, "/dev/disk/by-id": directory,
		"/dev/disk/by-id/usb": "-> ../../sda", "/var/lib/pg": directory, "/var/lib/pg/PG_VERSION": file, "/var/lib/pg/log": directory, "/var/lib/pg/log/old.csv": file,
		"/var/lib/pg/base": directory, "/var/lib/pg/old.conf": file,
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
		switch kind := w[resolved]; {
		case strings.HasPrefix(kind, "-> "):
			object["type"], object["size"] = "symlink", int64(9)
		case kind == largeFile:
			object["type"], object["size"] = "file", int64(5_000_000_000)
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
func (w world) names(dir string) []string {
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
	for dir, names := range taken {
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
		answer = append(answer, map[string]any{"path": dir, "listed": listed, "entries": int64(len(w.names(dir))), "taken": int64(len(names))})
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
		for name := range w {
			if match, _ := path.Match(pattern, name); match {
				names = append(names, name)
			}
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
		if at := w.resolve(p[1], false); below(at, "/var/lib/pg") || below("/var/lib/pg", at) {
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
