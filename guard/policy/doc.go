// Package policy reads policies written in HCL and decides by them.
//
// Load reads a set of files and reports every problem of every file at once. A
// Set is immutable; Decide is a pure function of a request, its operations and
// the facts so far. It says what it still needs to know, and while it asks, its
// decision denies.
//
//	files → guard/policy/blocks → Set
//	Set + operations + facts → asks, decision
//
// Below it stand guard/policy/lang, the language of expressions; guard/policy/blocks, what
// files declare and how they are read; guard/policy/index, which blocks decide an
// operation, for a command that does not wait for all of them; and guard/policy/format.
//
// The way of one operation through Decide:
//
//   - which policies name a command block that describes it (set.go, deeds.go),
//   - its words as values of arg, argv, … (scope.go),
//   - when, and the probes that it needs (decide.go, probes.go),
//   - each check by itself: rules, blast radii, roles, backups (check_*.go),
//   - the text that a person must type (confirm.go, impact.go),
//   - what the operator expects and overrides (expect.go, overrides.go).
//
// Four rules hold everywhere. A value that is not known never passes: Settle in
// guard/policy/lang is the one place that tells known from unknown. An error never
// passes: lang replaces HCL's operators that swallow errors, and guard/policy/blocks
// finds misspelt names before anything is evaluated. The strictest effect wins:
// nothing that one policy says can weaken another. Nothing recurses without
// bound: blocks counts tokens before the parser sees them.
//
// The types of the expression language never leave this package and those below it:
// facts come in and asks go out as plain Go values.
package policy
