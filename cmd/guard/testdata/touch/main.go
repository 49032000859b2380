// Command touch makes a file /touched, to show that it ran.
package main

import "os"

func main() {
	if err := os.WriteFile("/touched", nil, 0o644); err != nil {
		os.Exit(1)
	}
}
