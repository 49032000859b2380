// Package command reads the command line of one operation by the flags and
// operands that are declared for its program: what `rm -rf -- a b` means
// is a Command (program rm, a bool flag -r, a list of operands), and Read turns
// the words of an operation into named values, targets and secrets.
//
// It is pure, knows no particular program, and leans to one side. A declaration
// is never complete and a word is not always known, so wherever a line can be
// read in two ways the reading with more targets and fewer certain values is
// taken:
//
//   - An undeclared flag is reported. The word after it is an operand, but
//     it may be the flag's value: single operands from there on are not known, and
//     a list takes all words.
//   - A word that only expands at run time may be a flag as long as no "--"
//     stands before it. It can then set any flag, end the flags, or take the
//     next word as its value. So flags that were not seen are unknown, not
//     false; of those seen, only a true bool flag before the word is certain.
//   - An operand that nothing declared takes is a problem, never dropped.
//
// Four styles of command line are read: GNU as getopt_long does, with
// permutation, bundles and abbreviations; Go with one-dash long names (flags are
// found anywhere, also after operands); Words, key=value, as in dd; and Find,
// the grammar of find.
//
// An unknown word may also stand for "--" itself. Words like -x after it are
// still read as flags then, which are unknown; the unknown word is among the
// operands, so a list with it is never wholly known.
//
// Not promised: that the program itself would accept the line. A line that a
// program refuses may be read here as something that it would have done.
package command
