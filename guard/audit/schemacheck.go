package audit

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"blastguard/guard"
)

// checkSchema refuses a database that is not a log, one of another major version, and one
// that does anything but store what is written to it: a trigger can make an entry
// vanish while it is written, a view or an index can stand in the place of a table or
// drop a row. It returns SQLite's count of changes to the schema.
func checkSchema(ctx context.Context, c *conn) (version int64, err error) {
	id, err := c.one(ctx, "PRAGMA application_id")
	if err != nil {
		return 0, err
	}
	format, err := c.one(ctx, "PRAGMA user_version")
	if err != nil {
		return 0, err
	}
	switch {
	case asInt(id[0]) != applicationID:
		return 0, errors.New("this is not an audit log of guard: move it away, or name another file")
	case asInt(format[0])/1000 != schemaVersion/1000:
		return 0, fmt.Errorf("its format is version %d.%d, this guard knows %d: use the guard that wrote it",
			asInt(format[0])/1000, asInt(format[0])%1000, schemaVersion/1000)
	}
	if version, err = schemaCount(ctx, c); err != nil {
		return 0, err
	}
	return version, checkObjects(ctx, c, asInt(format[0]))
}

// schemaCount changes whenever the schema does.
func schemaCount(ctx context.Context, c *conn) (int64, error) {
	row, err := c.one(ctx, "PRAGMA schema_version")
	if err != nil {
		return 0, err
	}
	return asInt(row[0]), nil
}

// foreign is the error about a schema that is not guard's own.
func foreign(format string, args ...any) error {
	return fmt.Errorf("%s, so what is written to it cannot be trusted: move it and the files beside it away, and keep them for investigation",
		fmt.Sprintf(format, args...))
}

// object is one row of the schema: a table, an index.
type object struct{ kind, name string }

// checkObjects compares the schema with guard's own, word by word. A newer guard of the
// same major version may have added tables, columns and indexes; triggers and views
// never.
func checkObjects(ctx context.Context, c *conn, format int64) error {
	want := ownObjects()
	newer := format > schemaVersion
	err := c.each(ctx, func(row []driver.Value) error {
		found, text := object{asText(row[0]), asText(row[1])}, asText(row[2])
		own, known := want[found]
		delete(want, found)
		switch {
		case strings.HasPrefix(found.name, "sqlite_stat") && found.kind == "table": // of ANALYZE
			return nil
		case found.kind != "table" && found.kind != "index", !known && !newer:
			return foreign("it has the %s %s, which guard did not create", guard.Printable(found.kind), guard.Printable(found.name))
		case known && text != own && !newer:
			return foreign("its %s %s is not as guard created it", guard.Printable(found.kind), guard.Printable(found.name))
		}
		return nil
	}, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema")
	if err != nil {
		return err
	}
	for _, missing := range slices.SortedFunc(maps.Keys(want), func(a, b object) int { return strings.Compare(a.name, b.name) }) {
		return fmt.Errorf("its %s %s is missing: %w", missing.kind, missing.name, errDamaged)
	}
	return nil
}

// ownObjects are guard's tables and indexes, with the text that SQLite keeps of each.
func ownObjects() map[object]string {
	own := map[object]string{}
	for statement := range strings.SplitSeq(schema, ";\n") {
		words := strings.Fields(statement)
		if len(words) < 3 {
			continue
		}
		own[object{strings.ToLower(words[1]), words[2]}] = strings.TrimLeft(statement, "\n")
	}
	return own
}
