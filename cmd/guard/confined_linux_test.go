package main

import (
	"os"

	"blastguard/internal/confine"
)

// confined is a program for scripts: confined WAY guard …
func confined() { os.Exit(confine.Main()) }
