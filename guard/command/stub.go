package command

import "blastguard/guard"

func (c *Command) Matches(op *guard.Operation) bool { return false }
func (c *Command) Read(op *guard.Operation) Read    { return Read{} }
func (c *Command) Check() []string                  { return nil }
