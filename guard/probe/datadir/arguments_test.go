package datadir

import (
	"strings"
	"testing"

	"blastguard/guard/probe/database"
)

func TestCandidatesHoldNoPasswords(t *testing.T) {
	for _, bad := range []any{[]any{"host=a password=x"}, []any{"postgres://u:p@h/d"}, []any{"nonsense"}, []any{""}, []any{int64(1)}, "host=a"} {
		if _, err := candidatesOf(map[string]any{"candidates": bad}); err == nil || strings.Contains(err.Error(), "password=x") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	for _, fine := range []any{nil, []any{}, []any{"host=a port=5433", "host=b,c"}} {
		if _, err := candidatesOf(map[string]any{"candidates": fine}); err != nil {
			t.Errorf("%v: %v", fine, err)
		}
	}
}

func TestTheKind(t *testing.T) {
	value := database.Database{}.Value()
	if Kind().Name != "datadir" || Kind().Result[0] != "found" {
		t.Error("the kind has another name")
	}
	for _, name := range []string{"path", "engine", "version", "role", "lag", "upstream_alive", "identity", "state", "port", "evidence"} {
		if _, there := value[name]; !there {
			t.Errorf("a database has no %q", name)
		}
	}
}
