package engine

import (
	"strings"
	"testing"
)

const dump = "REDIS0011\xfa\x09redis-ver\x057.2.4\xfa\x0aredis-bits\xc0\x40"

func TestDirectoriesOfRedis(t *testing.T) {
	wantRecognised(t, []recognition{
		{"a dump", map[string]string{"dump.rdb": dump}, &redis},
		{"a dump of Valkey", map[string]string{"dump.rdb": "VALKEY080\xfa"}, &redis},
		{"an append-only log", named("appendonlydir/appendonly.aof.manifest"), &redis},
		{"one of before version 7", named("appendonly.aof"), &redis},
		{"a dump.rdb that is none", map[string]string{"dump.rdb": "x"}, nil},
		{"an empty dump.rdb", map[string]string{"dump.rdb": ""}, nil},
		{"a directory called dump.rdb", named("dump.rdb/"), nil},
		{"a file called appendonlydir", named("appendonlydir"), nil},
		{"a dump by another name, unused", map[string]string{"other.rdb": dump}, nil},
	})
}

// Where a server works, its dump may have any name; elsewhere that is only a file.
func TestADumpByAnotherName(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"one":               {map[string]string{"other.rdb": dump}, true},
		"one that is none":  {map[string]string{"other.rdb": "x"}, false},
		"no dump's name":    {map[string]string{"other": dump}, false},
		"nothing saved yet": {nil, false},
	} {
		if got := redis.RecogniseInUse(directory(t, test.files)); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestWhatRedisOwns(t *testing.T) {
	kind := Kind{Engine: &redis}
	for target, want := range map[string]bool{
		"/srv/r": true, "/srv/r/dump.rdb": true, "/srv/r/other.rdb": true, "/srv/r/appendonly.aof": true, "/srv/r/redis.conf": true,
		"/srv/r/appendonlydir": true, "/srv/r/appendonlydir/appendonly.aof.1.base.rdb": true,
		"/srv/r/project": false, "/srv/r/project/dump.rdb": false, "/srv/r/dump.rdb.gz": false, "/srv/r/.ssh/id": false,
	} {
		if got := kind.Owns("/srv/r", target); got != want {
			t.Errorf("%s: %v, want %v", target, got, want)
		}
	}
	if kind.Whole() || !(Kind{Engine: &postgreSQL}).Whole() {
		t.Error("only a Redis leaves room for others in its directory")
	}
}

func TestOpenFilesOfRedis(t *testing.T) {
	wantProven(t, &redis, map[string]string{
		"/srv/r/appendonlydir/appendonly.aof.1.incr.aof": "/srv/r",
		"/srv/r/appendonly.aof":                          "/srv/r",
		"/srv/r/dump.rdb":                                "", // held open for a moment only
		"/var/log/redis.log":                             "",
		"socket:[1]":                                     "",
	})
}

func TestTheVersionOfRedis(t *testing.T) {
	for name, test := range map[string]struct {
		content string
		want    any
	}{
		"Redis":                            {dump, "7.2.4"},
		"Valkey":                           {"VALKEY080\xfa\x0avalkey-ver\x058.0.1", "8.0.1"},
		"a dump without one":               {"REDIS0003\xfe\x00", nil},
		"a length beyond the file":         {"REDIS0011\xfa\x09redis-ver\x1f7.2", nil},
		"a length that no version has":     {"REDIS0011\xfa\x09redis-ver\x28" + strings.Repeat("7", 60), nil},
		"an encoded number":                {"REDIS0011\xfa\x09redis-ver\xc0\x07\x00", nil},
		"one that a terminal would act on": {"REDIS0011\xfa\x09redis-ver\x057.\x1b[2", `7.\x1b[2`},
		"no dump":                          {"\x09redis-ver\x057.2.4", nil},
	} {
		if got := redis.Version(directory(t, map[string]string{"dump.rdb": test.content})); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if got := redis.Version(t.TempDir()); got != nil {
		t.Errorf("without a dump: %v", got)
	}
}
