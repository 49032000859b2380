// Command guard stands between a person and a destructive command: it works out
// what would really happen, checks it against policies, makes a person type the
// resolved target, and writes everything down before anything runs.
package main

import (
	"context"
	"os"

	"blastguard/guard/process"
)

func main() {
	status, signal := run(context.Background(), os.Args, machineWorld())
	if signal != 0 {
		process.Die(signal)
	}
	os.Exit(status)
}
