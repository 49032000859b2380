package runbook

import "strings"

// raw is a fenced block as it stands on the page.
type raw struct {
	language string
	fence    int // its line
	mark     byte
	length   int
	indent   int // columns of the fence
	quotes   int // ">" before it
	lines    []piece
	closed   bool
}

// pageReader goes through a page line by line.
type pageReader struct {
	raws    []raw
	open    *raw
	comment bool  // inside <!-- … -->
	items   []int // columns at which the contents of open list items begin
}

func (r *pageReader) line(number int, line string) {
	rest, quotes, cut := unquoted(line, r.open)
	switch {
	case r.open != nil && quotes < r.open.quotes:
		r.finish(false) // the quotation has ended, and the block with it
		r.line(number, line)
	case r.open != nil:
		r.inside(rest, cut)
	case r.comment:
		r.comment = !strings.Contains(rest, "-->")
	default:
		r.outside(number, rest, quotes)
	}
}

// unquoted takes the ">" of quotations off, no more than the open block has.
func unquoted(line string, open *raw) (rest string, quotes, cut int) {
	rest = line
	for open == nil || quotes < open.quotes {
		columns, bytes := indentOf(rest)
		if columns > 3 || bytes >= len(rest) || rest[bytes] != '>' {
			break
		}
		rest = rest[bytes+1:]
		rest = strings.TrimPrefix(rest, " ")
		quotes++
	}
	return rest, quotes, len(line) - len(rest)
}

// inside reads a line of the open block.
func (r *pageReader) inside(line string, cut int) {
	columns, bytes := indentOf(line)
	run := runOf(line[bytes:], r.open.mark)
	if run >= r.open.length && strings.Trim(line[bytes+run:], " \t") == "" && columns <= r.open.indent+3 {
		r.finish(true)
		return
	}
	off := 0
	for column := 0; off < bytes && column < r.open.indent; off++ {
		column = next(column, line[off])
	}
	r.open.lines = append(r.open.lines, piece{line[off:], cut + off})
}

func (r *pageReader) finish(closed bool) {
	block := *r.open
	block.closed = closed
	r.open = nil
	if _, _, read := languages(block.language); read || block.language == "" {
		r.raws = append(r.raws, block)
	}
}

// outside looks for a fence.
func (r *pageReader) outside(number int, line string, quotes int) {
	columns, bytes := indentOf(line)
	if bytes == len(line) {
		return
	}
	text := line[bytes:]
	for len(r.items) > 0 && columns < r.items[len(r.items)-1] {
		r.items = r.items[:len(r.items)-1]
	}
	for range maxItems { // "- 1. ```sh"
		width := markerOf(text)
		if width == 0 || columns-r.container() > 3 {
			break
		}
		inner, off := indentFrom(text[width:], columns+width)
		if inner == 0 || inner > 4 {
			inner, off = 1, min(1, len(text)-width)
		}
		columns += width + inner
		text = text[width+off:]
		r.items = append(r.items, columns)
	}
	if columns-r.container() > 3 {
		return // indented code
	}
	if strings.HasPrefix(text, "<!--") {
		r.comment = !strings.Contains(text, "-->")
		return
	}
	r.fence(number, text, columns, quotes)
}

// maxItems is how many list markers one line may open.
const maxItems = 16

func (r *pageReader) container() int {
	if len(r.items) == 0 {
		return 0
	}
	return r.items[len(r.items)-1]
}

func (r *pageReader) fence(number int, text string, columns, quotes int) {
	mark := text[:min(1, len(text))]
	if mark != "`" && mark != "~" {
		return
	}
	run := runOf(text, mark[0])
	info := text[run:]
	if run < 3 || mark == "`" && strings.Contains(info, "`") {
		return
	}
	r.open = &raw{language: languageOf(info), fence: number, mark: mark[0], length: run, indent: columns, quotes: quotes}
}

// languageOf is the first word of an info string: sh, {.sh .numbered},
// bash,ignore, bash {title=x}.
func languageOf(info string) string {
	info = strings.TrimLeft(info, " \t")
	if attributes, ok := strings.CutPrefix(info, "{"); ok {
		attributes, _, _ = strings.Cut(attributes, "}")
		for _, word := range strings.Fields(attributes) {
			if class, ok := strings.CutPrefix(word, "."); ok {
				return strings.ToLower(class)
			}
		}
		return ""
	}
	if end := strings.IndexAny(info, " \t{,:;"); end >= 0 {
		info = info[:end]
	}
	return strings.ToLower(info)
}

// markerOf is the width of a list marker at the front of text: "-", "12.".
func markerOf(text string) int {
	width := 0
	switch {
	case text == "":
		return 0
	case strings.ContainsRune("-*+", rune(text[0])):
		width = 1
	default:
		for width < len(text) && width < 9 && text[width] >= '0' && text[width] <= '9' {
			width++
		}
		if width == 0 || width == len(text) || text[width] != '.' && text[width] != ')' {
			return 0
		}
		width++
	}
	if width < len(text) && text[width] != ' ' && text[width] != '\t' {
		return 0
	}
	return width
}

func runOf(text string, mark byte) int {
	n := 0
	for n < len(text) && text[n] == mark {
		n++
	}
	return n
}

// indentOf is the blank front of a line, in columns and in bytes.
func indentOf(line string) (columns, bytes int) { return indentFrom(line, 0) }

// indentFrom is the same for what begins at a column.
func indentFrom(text string, from int) (columns, bytes int) {
	column := from
	for bytes < len(text) && (text[bytes] == ' ' || text[bytes] == '\t') {
		column = next(column, text[bytes])
		bytes++
	}
	return column - from, bytes
}

// next is the column after a byte: a tab goes on to a multiple of four.
func next(column int, c byte) int {
	if c == '\t' {
		return column - column%4 + 4
	}
	return column + 1
}
