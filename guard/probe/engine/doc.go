// Package engine holds what guard knows of each database engine, one file an
// engine: by which names its data directory is recognised, which programs are its
// servers and which directory they work in, what its files tell without a server,
// and its role.
//
// What is the same for all engines is here once (engine.go, recognise.go,
// server.go, describe.go). The registry has one line for each engine, and nobody
// outside of this package names one.
package engine
