// Package guard is the vocabulary and the pipeline of blastguard: what happens
// to one risky command between the moment it is submitted and the moment it has
// run, or has not.
//
// A Request (argv, directory, who, where) is recognised as Operations: the
// programs that would really run, behind sudo, env, sh -c, xargs. The policies
// decide, and say which facts they still need; those are measured, and the
// policies decide again, until they ask no more:
//
//	request → recognise → measure ⇄ decide → approve → measure ⇄ decide again → record intent → execute → record outcome
//
// Guard.Run is that line as code. Everything that touches the world is a field
// of Guard, so this package imports the standard library only and every other
// package may import it: guard/shell and guard/policy are pure, guard/probe,
// guard/approve, guard/process and guard/audit act, and cmd/guard puts them
// together.
//
// Refusing is the default in the types. The zero Effect denies, the zero Status
// is an error, the zero Fact is unknown, the zero Word is any number of unknown
// words, the zero Answer is no. A branch that forgets something refuses.
package guard
