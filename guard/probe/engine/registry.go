package engine

// registry is every engine, in the order in which a directory is judged: those whose
// marks are less common come first.
var registry = [...]*Engine{
	&postgreSQL,
	&mariaDB, // before MySQL, whose files it has too
	&mySQL,
	&mongoDB,
	&etcd,
	&redis,
}

// ofProgram is the engine whose server has this name, nil for all other programs.
func ofProgram(name string) *Engine {
	for _, e := range registry {
		if e.Serves(name) {
			return e
		}
	}
	return nil
}

// IsServer tells whether a program of this name is a database server.
func IsServer(program string) bool { return ofProgram(program) != nil }

// CheckCandidate says what is wrong with the connection string of a server that may have
// taken a stopped primary's place: it is nil when one engine understands it.
func CheckCandidate(text string) error {
	var first error
	for _, e := range registry {
		if e.CheckCandidate == nil {
			continue
		}
		err := e.CheckCandidate(text)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}
