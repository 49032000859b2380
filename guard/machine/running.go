package machine

import "time"

// Running is a process. The zero Running is one about which nothing is known.
type Running struct {
	Gone    bool // there is none of that number
	Name    string
	User    string    // its name, or its number
	Started time.Time // to the second
}
