// Package walk reads directory trees, each once for all who ask about it.
//
// A Walks belongs to one decision. Whoever wants to know what hangs under a
// directory follows its walk: the first one begins it, the next ones join it
// where it is, or find it done. Count wants numbers, Search the directories in
// which some names lie. A walk ends early when nobody follows it any more:
// everyone has seen past a limit, or ran out of time.
//
// The order: the directory and those up to four levels below it come first,
// level by level, so that what lies in the usual places is seen early, whatever
// else the tree holds. What is deeper follows branch by branch, so that a tree of
// any size needs little memory.
//
// A walk stays on the device of its directory and follows no links. What is
// mounted inside is not touched: it may be a file server that does not answer.
// Search goes on behind such borders, in walks of their own.
package walk
