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
// all the same. A session without a prompt is a text of commands, and so is a block
// without a language whose first word is a program. A "#" alone may be the prompt of
// root or begin a comment: it is a comment where other lines have a prompt, or begin
// with a program themselves, unless what follows it is surely a command.
//
// Lines keep their place: line i of a block's text is line Line+i of the page,
// and what was cut off its front (indentation, a prompt) is counted.
//
// # Caveats
//
//   - Blocks without a language that do not begin with a program are not read, only
//     counted; nor are blocks of indented code.
//   - What is a program is told by a list of names, and by the caller.
//   - What is typed into another program than a shell (mysql>) is not read.
//   - Lines of a list item that are indented less than the item still belong to
//     its open block, which ends at its closing fence.
package runbook
