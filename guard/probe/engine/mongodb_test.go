package engine

import (
	"testing"
)

func TestDirectoriesOfMongoDB(t *testing.T) {
	wantRecognised(t, []recognition{
		{"a whole one", named("WiredTiger", "WiredTiger.lock", "storage.bson", "mongod.lock", "_mdb_catalog.wt", "journal/"), &mongoDB},
		{"one that lost its catalogue", named("WiredTiger.wt", "mongod.lock"), &mongoDB},
		{"another user of WiredTiger", named("WiredTiger", "WiredTiger.lock", "WiredTiger.wt"), nil},
		{"a lock alone", named("mongod.lock"), nil},
		{"a backup as BSON", named("storage.bson", "shop/orders.bson"), nil},
	})
}

func TestOpenFilesOfMongoDB(t *testing.T) {
	wantProven(t, &mongoDB, map[string]string{
		"/var/lib/mongodb/mongod.lock":     "/var/lib/mongodb",
		"/var/lib/mongodb/WiredTiger.lock": "/var/lib/mongodb",
		"/var/lib/mongodb/WiredTiger.wt":   "",
		"/var/log/mongodb/mongod.log":      "",
		"anon_inode:[eventpoll]":           "",
	})
}
