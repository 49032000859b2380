package shell

import "blastguard/guard"

// place is a directory at one point of the text; nil: that point is never
// reached.
type place = *guard.Word

// after is where a command leaves the shell when it succeeds, and when it
// fails.
type after struct{ ok, fail place }

func stay(at place) after { return after{at, at} }

// join is the directory where two ways meet.
func join(a, b place) place {
	switch {
	case a == nil:
		return b
	case b == nil || *a == *b:
		return a
	default:
		return lost("the directory was changed on the way, or that failed")
	}
}

func lost(reason string) place {
	dir := unknownDir(reason)
	return &dir
}

func (a after) either() place { return join(a.ok, a.fail) }

// in is the scene at a place.
func (sc scene) in(at place) scene {
	if at == nil {
		at = lost("it is not reached")
	}
	sc.dir = *at
	return sc
}
