package machine

import "time"

// Running is a process. The zero Running is one of which nothing can be told.
type Running struct {
	Gone    bool // there is none of that number
	Name    string
	User    string    // its name, or its number
	Started time.Time // to the second
}
