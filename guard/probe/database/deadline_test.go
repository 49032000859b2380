package database

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestTheDeadlineHolds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	stuck := make(chan struct{})
	defer close(stuck)
	_, err := InTime(ctx, func(context.Context) int { <-stuck; return 1 })
	if err == nil || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("error is %v", err)
	}
}
