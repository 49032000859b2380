//go:build !linux

package main

import (
	"fmt"
	"os"
)

// confined needs Linux.
func confined() {
	fmt.Fprintln(os.Stderr, "confined: only on Linux")
	os.Exit(1)
}
