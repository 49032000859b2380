package database

// Directory is a data directory that an engine describes, and what may help it to.
type Directory struct {
	Path       string
	ID         FileID
	Why        []string  // evidence of how it belongs to what was asked for
	Processes  []Process // the servers that run on this host
	Candidates []string  // connection strings of servers that may have taken a stopped primary's place
}
