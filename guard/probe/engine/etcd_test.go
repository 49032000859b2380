package engine

import (
	"testing"
)

func TestDirectoriesOfEtcd(t *testing.T) {
	wantRecognised(t, []recognition{
		{"a whole one", named("member/wal/0000000000000000-0000000000000000.wal", "member/snap/db"), &etcd},
		{"a club with members", named("member/anna", "member/snap.jpg"), nil},
		{"a member without a snapshot", named("member/wal/"), nil},
		{"a file called member", named("member"), nil},
		{"files where directories are", named("member/wal", "member/snap"), nil},
	})
}

func TestWhatEtcdOwns(t *testing.T) {
	kind := Kind{Engine: &etcd}
	for target, want := range map[string]bool{
		"/srv/e": true, "/srv/e/member": true, "/srv/e/member/snap/db": true,
		"/srv/e/other": false, "/srv/e/members": false,
	} {
		if got := kind.Owns("/srv/e", target); got != want {
			t.Errorf("%s: %v, want %v", target, got, want)
		}
	}
}

func TestOpenFilesOfEtcd(t *testing.T) {
	wantProven(t, &etcd, map[string]string{
		"/var/lib/etcd/member/snap/db":    "/var/lib/etcd",
		"/var/lib/etcd/member/snap/db.1":  "",
		"/var/lib/etcd/member/wal/0.tmp":  "",
		"/var/lib/etcd/other/snap/db":     "",
		"/var/lib/etcd/xmember/snap/db":   "",
		"/var/lib/etcd/member/snap/db/db": "",
	})
}
