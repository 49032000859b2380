package approve

import "unicode"

// maxInput bounds what is kept of an answer, in characters: more than any text.
const maxInput = 200

// input is the line that is being typed.
type input struct {
	runes  []rune
	cursor int // 0 … len(runes)
}

func (in *input) String() string { return string(in.runes) }

func (in *input) edit(k key) {
	switch k.kind {
	case typedKey:
		in.insert([]rune(k.text))
	case backspaceKey:
		in.cut(max(in.cursor-1, 0))
	case killLineKey:
		in.cut(0)
	case killWordKey:
		in.cut(in.wordStart())
	case leftKey:
		in.cursor = max(in.cursor-1, 0)
	case rightKey:
		in.cursor = min(in.cursor+1, len(in.runes))
	case homeKey:
		in.cursor = 0
	case endKey:
		in.cursor = len(in.runes)
	}
}

func (in *input) insert(typed []rune) {
	for _, r := range typed {
		if len(in.runes) >= maxInput {
			return
		}
		if !unicode.IsPrint(r) {
			r = unicode.ReplacementChar // never dropped: what was typed is not the text then
		}
		in.runes = append(in.runes[:in.cursor], append([]rune{r}, in.runes[in.cursor:]...)...)
		in.cursor++
	}
}

// cut removes from start to the cursor.
func (in *input) cut(start int) {
	in.runes = append(in.runes[:start], in.runes[in.cursor:]...)
	in.cursor = start
}

func (in *input) wordStart() int {
	start := in.cursor
	for start > 0 && in.runes[start-1] == ' ' {
		start--
	}
	for start > 0 && in.runes[start-1] != ' ' {
		start--
	}
	return start
}
