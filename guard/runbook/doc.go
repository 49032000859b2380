// Package runbook finds the commands in a Markdown runbook: the fenced code
// blocks that a person is meant to paste into a shell. It is pure, and knows
// nothing of what the commands mean.
//
// A block is read when the first word of its info string names a shell (sh,
// bash, zsh, …) or a session (console, shell-session, terminal …). Fences are
// those of CommonMark, of backticks and tildes, in lists and quotations too;
// an HTML comment hides what is in it. In a session only what follows a prompt
// is a command ("$ ", "# ", "user@host:~$ ", "[root@db1 ~]# "); the rest is
// output. Where a session has "$ " prompts, a line that begins with "# " is a
// comment. A block of a shell whose first line has the prompt "$ " is a session
// all the same.
//
// Lines keep their place: line i of a block's text is line Line+i of the page,
// and what was cut off its front (indentation, a prompt) is counted.
//
// # Caveats
//
//   - Blocks without a language are not read, only counted; nor are blocks of
//     indented code.
//   - A session without a prompt has no commands.
//   - Lines of a list item that are indented less than the item still belong to
//     its open block, which ends at its closing fence.
package runbook
