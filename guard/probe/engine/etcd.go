package engine

import (
	"path/filepath"
	"strings"

	"blastguard/guard/probe/database"
)

var etcd = Engine{
	Name:    "etcd",
	Product: "etcd",
	Family:  "etcd",

	Marks:     []string{"member"},
	Recognise: isEtcd,
	Owns:      etcdOwns,

	Serves: func(program string) bool { return program == "etcd" },
	Proves: etcdProves,

	ByHand: "etcdctl endpoint status --cluster",
}

// isEtcd: many things have members; only this one has these two directories in it.
func isEtcd(dir string, has func(string) bool) bool {
	member := filepath.Join(dir, "member")
	return has("member") && database.IsDir(filepath.Join(member, "wal")) && database.IsDir(filepath.Join(member, "snap"))
}

// etcdOwns: its directory is often one that others use as well.
func etcdOwns(dir, target string) bool {
	return target == dir || database.Within(target, filepath.Join(dir, "member"))
}

func etcdProves(file string) string {
	if base, ok := strings.CutSuffix(file, "/member/snap/db"); ok {
		return base
	}
	return ""
}
