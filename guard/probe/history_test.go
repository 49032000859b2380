package probe_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"blastguard/guard/probe"
)

type log struct {
	value any
	err   error
	kind  string
	args  map[string]any
}

func (l *log) Query(_ context.Context, kind string, args map[string]any) (any, error) {
	l.kind, l.args = kind, args
	return l.value, l.err
}

func TestHistoryAndClaimsAskTheLog(t *testing.T) {
	for _, kind := range []string{"history", "claims"} {
		args := map[string]any{"policy": "p", "anything": int64(3)}
		l := &log{value: map[string]any{"count": 3}}
		value := known(t, probe.Config{History: l}, kind, args)
		if want := (map[string]any{"count": int64(3)}); !reflect.DeepEqual(value, want) {
			t.Errorf("%s: got %v", kind, value)
		}
		if l.kind != kind || !reflect.DeepEqual(l.args, args) {
			t.Errorf("%s: the log was asked %s %v", kind, l.kind, l.args)
		}
	}
}

func TestWithoutALogHistoryIsUnknown(t *testing.T) {
	for _, kind := range []string{"history", "claims"} {
		unknown(t, probe.Config{}, kind, nil, "no audit log")
		unknown(t, probe.Config{History: &log{err: errors.New("database is locked")}}, kind, nil, "database is locked")
	}
}
