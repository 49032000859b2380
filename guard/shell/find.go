package shell

import "blastguard/guard"

// find stays an operation with all its words, so that a policy can speak of
// -delete or -fprintf; each -exec is an operation besides. A word that only
// looks like -exec (find -name -exec) gives one too many, never one too few.
func find(r *reader, words []guard.Word, sc scene) {
	r.emit(sc.operation(words))
	for i, word := range words {
		if r.full != "" {
			return
		}
		if word.Reading != guard.Literal {
			continue
		}
		switch word.Text {
		case "-exec", "-ok":
			r.findExec(words[i], words[i+1:], sc)
		case "-execdir", "-okdir":
			inner := sc
			inner.dir = unknownDir("find -execdir runs it in the directory of each file")
			r.findExec(words[i], words[i+1:], inner)
		}
	}
}

const findReason = "find puts the name of each file here"

func (r *reader) findExec(word guard.Word, words []guard.Word, sc scene) {
	inner := sc.inside("find " + word.Text)
	end, plus := execEnd(words)
	r.words -= end
	if end == 0 {
		r.opaque(words[:0], inner, "find: "+word.Text+" names no program")
		return
	}
	program := replaced(words[:end], "{}", findReason)
	if plus {
		program[end-1] = guard.Word{Text: "{}", Reason: findReason}
	}
	r.run(program, inner)
}

// execEnd finds the ";" or "{} +" that ends an -exec; without one all words
// belong to it. The end is that of the program's words, "{}" included.
func execEnd(words []guard.Word) (end int, plus bool) {
	for i, word := range words {
		if word.Reading != guard.Literal {
			continue
		}
		switch {
		case word.Text == ";":
			return i, false
		case word.Text == "+" && i > 0 && words[i-1].Text == "{}":
			return i, true
		}
	}
	return len(words), false
}
