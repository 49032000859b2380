package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/host"
)

// auditLog is the audit log, opened when it is first needed: a check that asks
// nothing of the past never touches it.
type auditLog struct {
	open func() (*audit.Log, error)
}

var _ guard.Log = auditLog{}

// newAuditLog opens the log even after a hang-up, because that has to be recorded. A log
// that could not be opened is tried again.
func newAuditLog(ctx context.Context, w world, p host.Places, logger guard.Logger) auditLog {
	ctx = context.WithoutCancel(ctx)
	config := audit.Config{
		Path: p.Audit, Syslog: audit.NewSyslog(), Now: w.now, Logger: logger,
		Notice: func(text string) { fmt.Fprintf(w.stderr, "guard: the log: %s\n", guard.Printable(text)) },
		Waiting: func(err error) {
			fmt.Fprintf(w.stderr, "guard: the command has ended, but the audit log is %s; guard waits up to %v to write the outcome\n", guard.Printable(err.Error()), audit.OutcomePatience)
		},
	}
	var one sync.Mutex
	var opened *audit.Log
	return auditLog{open: func() (*audit.Log, error) {
		one.Lock()
		defer one.Unlock()
		var err error
		if opened == nil {
			opened, err = audit.Open(ctx, config)
		}
		return opened, err
	}}
}

// ready opens the log before it is needed. What is wrong with it is said then.
func (l auditLog) ready() { _, _ = l.open() }

// Accept records an intent; see guard.Log.
func (l auditLog) Accept(ctx context.Context, intent guard.Intent) (int64, error) {
	log, err := l.open()
	if err != nil {
		return 0, err
	}
	return log.Accept(ctx, intent)
}

// Refuse records a reject or a decline; see guard.Log. It is the last use of the
// log, as Exit is, so the log is closed: a write-ahead log that nobody closes
// grows with every command.
func (l auditLog) Refuse(ctx context.Context, intent guard.Intent) (int64, error) {
	log, err := l.open()
	if err != nil {
		return 0, err
	}
	id, err := log.Refuse(ctx, intent)
	return id, errors.Join(err, log.Close())
}

// Exit records an outcome, and closes the log; see guard.Log.
func (l auditLog) Exit(ctx context.Context, id int64, outcome guard.Outcome) error {
	log, err := l.open()
	if err != nil {
		return err
	}
	return errors.Join(log.Exit(ctx, id, outcome), log.Close())
}

// Query answers history and claims facts; see probe.History.
func (l auditLog) Query(ctx context.Context, kind string, args map[string]any) (any, error) {
	log, err := l.open()
	if err != nil {
		return nil, err
	}
	return log.Query(ctx, kind, args)
}
