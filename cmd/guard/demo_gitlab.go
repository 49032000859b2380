package main

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// gitlabStory is 31 January 2017: one argv, three right answers.
func gitlabStory(ctx context.Context, s *stage) error {
	if err := s.gitlabWorld(); err != nil {
		return err
	}
	argv := []string{"rm", "-Rf", "postgresql/data"}
	s.say("31 January 2017. Replication is broken; the standby's data directory is to be")
	s.say("wiped and copied anew. There are two hosts, db1 and db2 (here: two directories,")
	s.say("each with the control files of a stopped PostgreSQL 15), and a tired engineer.")

	s.say("\n-- He is on db1, and believes it is db2.")
	if err := s.scene(ctx, "db1", "secondary db2", false, argv...); err != nil {
		return err
	}
	s.say("\n-- The right host. But what are the backups worth?")
	if err := s.scene(ctx, "db2", "secondary db2", false, argv...); err != nil {
		return err
	}
	s.say("\n-- Somebody takes a real backup, and he types the same once more.")
	if err := s.write("backups/2.dump", strings.Repeat("gitlab", 1<<19)); err != nil {
		return err
	}
	recently := s.world.now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(s.dir, "backups/2.dump"), recently, recently); err != nil {
		return err
	}
	if s.terminal {
		s.say("-- Your turn: type what is asked, or press Esc.")
	}
	err := s.scene(ctx, "db2", "secondary db2", true, argv...)
	s.expect(s.declined || !exists(filepath.Join(s.dir, "db2/postgresql/data")), "db2's directory should be gone")
	s.expect(exists(filepath.Join(s.dir, "db1/postgresql/data/global/pg_control")), "db1's directory should be untouched")
	s.say("\ndb1/postgresql/data is untouched: %t    db2/postgresql/data is gone: %t",
		exists(filepath.Join(s.dir, "db1/postgresql/data/global/pg_control")), !exists(filepath.Join(s.dir, "db2/postgresql/data")))
	return err
}

func (s *stage) gitlabWorld() error {
	const inProduction, inArchiveRecovery = 6, 5
	files := map[string]string{
		"db1/postgresql/data/PG_VERSION":        "15\n",
		"db1/postgresql/data/base/1/1259":       "customers\n",
		"db1/postgresql/data/global/pg_control": pgControl(inProduction),
		"db2/postgresql/data/PG_VERSION":        "15\n",
		"db2/postgresql/data/standby.signal":    "",
		"db2/postgresql/data/base/1/1259":       "customers, long ago\n",
		"db2/postgresql/data/global/pg_control": pgControl(inArchiveRecovery),
		"backups/1.dump":                        "twelve bytes",
	}
	for name, content := range files {
		if err := s.write(name, content); err != nil {
			return err
		}
	}
	evening := s.world.now().Add(-6 * time.Hour)
	return os.Chtimes(filepath.Join(s.dir, "backups/1.dump"), evening, evening)
}

// pgControl is a control file as PostgreSQL 15 writes it, with a state of its
// enum DBState (src/include/catalog/pg_control.h) and a right checksum.
func pgControl(state uint32) string {
	const size, checksumAt, controlVersion, catalogVersion = 8192, 288, 1300, 202209061
	file := make([]byte, size)
	order := binary.NativeEndian
	order.PutUint64(file[0:], 7192837465019283746) // system identifier
	order.PutUint32(file[8:], controlVersion)
	order.PutUint32(file[12:], catalogVersion)
	order.PutUint32(file[16:], state)
	order.PutUint64(file[24:], 1485905220) // time of the last change: 31 January 2017, 23:27
	order.PutUint32(file[checksumAt:], crc32.Checksum(file[:checksumAt], crc32.MakeTable(crc32.Castagnoli)))
	return string(file)
}
