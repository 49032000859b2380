package policies

import (
	"fmt"
	"slices"
	"strings"

	"blastguard/guard"
)

// databases: /var/lib/pg is the directory of a primary; of those that do not run,
// /srv/pg-old was one whose place nobody has taken, and /srv/pg-former one whose
// place another server has; the role of /srv/maria nobody can tell.
func (w world) databases(paths [][2]string) any {
	found := []any{}
	for _, one := range []struct {
		dir     string
		role    any
		running bool
	}{{"/srv/maria", guard.Unmeasured{Reason: "it cannot be asked"}, false}, {"/srv/pg-former", "former", false}, {"/srv/pg-old", "primary", false}, {"/var/lib/pg", "primary", true}} {
		hit := slices.ContainsFunc(paths, func(p [2]string) bool {
			at := w.resolve(p[1], false)
			if below(at, "/work/pg") {
				at = "/var/lib/pg" + strings.TrimPrefix(at, "/work/pg")
			}
			return below(at, one.dir) || below(one.dir, at)
		})
		if !hit {
			continue
		}
		var upstream any
		if one.role == "former" {
			upstream = true
		}
		found = append(found, map[string]any{
			"path": one.dir, "engine": "postgresql", "version": "15", "role": one.role, "lag": nil, "upstream_alive": upstream,
			"identity": "1", "state": "in production", "port": int64(5432), "running": one.running, "upstream": nil, "evidence": []any{},
		})
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
