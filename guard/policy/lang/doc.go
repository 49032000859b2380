// Package lang is the expression language of policies: its values, operations and
// functions, and what is said of an expression that could not be evaluated. It knows no
// policy, no command and no file system; all of it is pure.
//
// It is HCL's expression language with three differences, all on the side that refuses:
//
//   - an error is an error: MakeStrict replaces the operators that swallow those of
//     their other side or convert between types (strict.go),
//   - what is not known stays not known, with its reason; Settle is the one place that
//     tells known from unknown (settle.go),
//   - numbers are the decimals that were written (exact.go).
//
// Plain Go values become values of the language by ToValue, and known ones plain again by
// ToPlain, so that no type of the language leaves guard/policy.
package lang
