package dryrun

import (
	"slices"

	"blastguard/guard"
	"blastguard/guard/runbook"
	"blastguard/guard/shell"
)

// runbook lists the blocks of a Markdown page, each a script of its own.
func (r *runner) runbook(file scriptFile, text string) {
	governed := r.set.Programs()
	page := runbook.Read(text, runbook.Context{
		Incomplete: shell.Incomplete,
		Program:    func(name string) bool { return slices.Contains(governed, name) },
	})
	foreign := page.Foreign
	for _, block := range page.Blocks {
		for len(foreign) > 0 && foreign[0] < block.Line {
			r.foreign(file, foreign[0])
			foreign = foreign[1:]
		}
		r.block(file, block)
	}
	for _, line := range foreign {
		r.foreign(file, line)
	}
	if n := len(page.Unlabelled); n > 0 {
		r.note("%s: not read: %s without a language, the first at line %d; write sh, bash or console after the fence of those that are to be run",
			file.shown, guard.Amount(n, "block"), page.Unlabelled[0])
	}
}

func (r *runner) block(file scriptFile, block runbook.Block) {
	script := shell.Script{Shell: block.Shell, Text: block.Text, By: r.nowhere()}
	for _, span := range runbook.Placeholders(block.Text) {
		script.Blanks = append(script.Blanks, shell.Span{Start: span[0], End: span[1]})
	}
	file.guessed = block.Guessed
	r.text(file, script, func(line, column int) (int, int) {
		cut := 0
		if line >= 1 && line <= len(block.Cut) {
			cut = block.Cut[line-1]
		}
		return min(block.Line+line-1, block.Line+max(0, len(block.Cut)-1)), column + cut
	})
	if !block.Closed {
		r.note("%s:%d: the block is not closed; it was read to the end of the page", file.shown, block.Line-1)
	}
}

// foreign is a block that is typed into another program: a database's, for one.
func (r *runner) foreign(file scriptFile, line int) {
	r.add(guard.DryRunFinding{
		File: file.shown, Line: line, Column: 1, EndLine: line, Verdict: guard.CannotBeRead, Text: "…",
		Reason: "a session of a program that is not a shell, which guard does not read",
	})
}
