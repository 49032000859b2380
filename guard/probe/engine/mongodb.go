package engine

import (
	"path/filepath"
)

var mongoDB = Engine{
	Name:    "mongodb",
	Product: "MongoDB",
	Family:  "mongodb",

	Marks:     []string{"WiredTiger", "WiredTiger.wt", "storage.bson", "mongod.lock", "_mdb_catalog.wt"},
	Recognise: func(_ string, has func(string) bool) bool { return isMongoDB(has) },

	Serves: func(program string) bool { return program == "mongod" },
	Proves: mongoDBProves,

	ByHand: "db.hello()",
}

// isMongoDB: WiredTiger is a library that others use too.
func isMongoDB(has func(string) bool) bool {
	if !has("WiredTiger") && !has("WiredTiger.wt") {
		return false
	}
	return has("storage.bson") || has("mongod.lock") || has("_mdb_catalog.wt")
}

func mongoDBProves(file string) string {
	if dir, name := filepath.Split(file); name == "mongod.lock" || name == "WiredTiger.lock" {
		return filepath.Clean(dir)
	}
	return ""
}
