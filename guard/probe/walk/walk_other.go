//go:build !linux

package walk

// pool starts each walk in a goroutine of its own.
type pool struct{}

func newPool() *pool { return &pool{} }

func (p *pool) add(tasks ...task) {
	for _, task := range tasks {
		go task.tree.walkPortably()
	}
}

func isKernelFiles(string) bool { return false }

// level is not used: a directory is read at once.
type level struct{}

// handle is not used either.
type handle struct{}
