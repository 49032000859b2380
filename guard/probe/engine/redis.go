package engine

import (
	"bytes"
	"path/filepath"
	"strings"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// redis is Valkey too, which comes from it and keeps the same files.
var redis = Engine{
	Name:    "redis",
	Product: "Redis",
	Family:  "redis",

	Marks:          []string{"dump.rdb", "appendonlydir", "appendonly.aof"},
	Recognise:      isRedis,
	RecogniseInUse: holdsDump,
	Owns:           redisOwns,
	Shared:         true, // it works in any directory, also in somebody's home

	Serves: func(program string) bool {
		return strings.HasPrefix(program, "redis-server") || strings.HasPrefix(program, "valkey-server")
	},
	Proves: redisProves,

	Version: redisVersion,
	ByHand:  "redis-cli ROLE",
}

// isRedis: an append-only log, or a dump.rdb that is one.
func isRedis(dir string, has func(string) bool) bool {
	if has("appendonlydir") && database.IsDir(filepath.Join(dir, "appendonlydir")) {
		return true
	}
	if has("appendonly.aof") {
		return true
	}
	return has("dump.rdb") && isDump(filepath.Join(dir, "dump.rdb"))
}

// holdsDump: a server may call its dump anything.
func holdsDump(dir string) bool {
	for _, name := range database.FirstNames(dir, 10_000) {
		if strings.HasSuffix(name, ".rdb") && isDump(filepath.Join(dir, name)) {
			return true
		}
	}
	return false
}

func redisProves(file string) string {
	dir, name := filepath.Split(file)
	dir = filepath.Clean(dir)
	switch {
	case filepath.Base(dir) == "appendonlydir":
		return filepath.Dir(dir)
	case strings.HasSuffix(name, ".aof"):
		return dir
	default:
		return ""
	}
}

// dumpHeader is the start of an RDB file, nil when it is none.
func dumpHeader(path string) []byte {
	const header = 512
	content, err := database.ReadSmall(path, header)
	if err != nil || !bytes.HasPrefix(content, []byte("REDIS")) && !bytes.HasPrefix(content, []byte("VALKEY")) {
		return nil
	}
	return content
}

func isDump(path string) bool { return dumpHeader(path) != nil }

// redisVersion is the version of the server that wrote the dump: an auxiliary
// field near its start, a name and a value with a length byte each.
func redisVersion(dir string) any {
	header := dumpHeader(filepath.Join(dir, "dump.rdb"))
	for _, name := range []string{"redis-ver", "valkey-ver"} {
		_, rest, found := bytes.Cut(header, append([]byte{byte(len(name))}, name...))
		if found && len(rest) > 1 && int(rest[0]) < len(rest) && rest[0] < 32 {
			return guard.Printable(string(rest[1 : 1+rest[0]]))
		}
	}
	return nil
}

// redisOwns: Redis keeps plain files and one directory; everything else below
// its working directory, which may be somebody's home, is not its own.
func redisOwns(dir, target string) bool {
	name, _, deeper := strings.Cut(strings.TrimPrefix(target, dir+"/"), "/")
	switch {
	case target == dir, name == "appendonlydir":
		return true
	case deeper:
		return false
	}
	for _, end := range []string{".rdb", ".aof", ".conf"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
