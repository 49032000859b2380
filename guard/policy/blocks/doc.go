// Package blocks reads policy files: text becomes blocks whose every name and every
// expression was looked at, or diagnostics that say where a file is wrong. It decides
// nothing; guard/policy does, by what a Set holds.
//
//	files → limits → parse → schema → vet → constants → Set
//
// Load reads whole files and reports every problem of all of them; LoadParts reads some
// blocks of files that are known to hold none. The language is one table, Reference
// (language.go): what it says is what the decoder takes, and what the pages under docs
// describe. Nothing recurses without bound: limits.go counts tokens before the parser
// sees them, and cycles.go finds names that need each other.
//
// What a Set holds is not to be changed, but for the kept values of locals, which may be
// stored by several goroutines at once.
package blocks
