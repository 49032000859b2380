// Package datadir says which databases own a directory, running or not, and in
// which role: primary or secondary.
//
// It finds data directories: the directory itself, one that lies anywhere below
// it, one that it lies in, and the pieces of a database that are kept elsewhere.
// How one is recognised, which server runs in it and which role it has is known to
// guard/probe/engine. That a directory holds no database follows from
// the directory alone; other people's processes need not be readable for it. A
// search that could not be finished, or a directory that could not be read, is
// never "no database": it is an unknown part of the answer, with its reason.
package datadir
