package datadir

import (
	"context"
	"sync"

	"blastguard/guard/probe/database"
	"blastguard/guard/probe/engine"
)

type serversKey struct{}

// Sharing returns a context in which all questions see the same servers: those that run
// when the first one asks.
func Sharing(ctx context.Context) context.Context {
	return context.WithValue(ctx, serversKey{}, sync.OnceValue(func() []database.Process { return database.Servers(ctx, engine.IsServer) }))
}

// servers are the database servers that run here.
func servers(ctx context.Context) []database.Process {
	if shared, ok := ctx.Value(serversKey{}).(func() []database.Process); ok {
		return shared()
	}
	return database.Servers(ctx, engine.IsServer)
}
