package blocks

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard/command"
)

// flagsOf reads the attributes flags and harmless of a command: spellings of
// flags in one text, for those that no policy asks about. They become one flag for
// each kind, whose name no expression can have.
func (l *loader) flagsOf(attributes hcl.Attributes, style command.Style) []command.Flag {
	none := []string{}
	plain := &command.Flag{Name: "(flags)", Long: none, Type: command.Bool}
	valued := &command.Flag{Name: "(flags with a value)", Long: none, Type: command.List}
	attached := &command.Flag{Name: "(flags with an optional value)", Long: none, Type: command.List, Attached: true}
	harmless := &command.Flag{Name: "(harmless flags)", Long: none, Type: command.Bool, Harmless: true}
	for _, spelling := range l.spellings(attributes["flags"]) {
		bare, kind := cutKind(spelling)
		l.spell(attributes["flags"], map[string]*command.Flag{"": plain, "=": valued, "?": attached}[kind], bare, style)
	}
	for _, spelling := range l.spellings(attributes["harmless"]) {
		l.spell(attributes["harmless"], harmless, spelling, style)
	}
	var all []command.Flag
	for _, flag := range []*command.Flag{plain, valued, attached, harmless} {
		if len(flag.Short)+len(flag.Long) > 0 {
			all = append(all, *flag)
		}
	}
	return all
}

// spellings are the words of a text, or of a list of texts.
func (l *loader) spellings(attribute *hcl.Attribute) []string {
	var all []string
	for _, text := range l.texts(attribute) {
		all = append(all, strings.Fields(text)...)
	}
	return all
}

// cutKind cuts what says whether a flag takes a value: "=" for one that does, "?"
// for one that may have it in the same word.
func cutKind(spelling string) (bare, kind string) {
	for _, kind := range []string{"=", "?"} {
		if bare, found := strings.CutSuffix(spelling, kind); found && strings.Trim(bare, "-") != "" {
			return bare, kind
		}
	}
	return spelling, ""
}

// spell adds one spelling to a flag: -x, --long; in the style go -long; in the
// style words long, or --long for one without a value.
func (l *loader) spell(attribute *hcl.Attribute, flag *command.Flag, spelling string, style command.Style) {
	name := strings.TrimLeft(spelling, "-")
	dashes := len(spelling) - len(name)
	fits := map[command.Style][]int{command.GNU: {1, 2}, command.Go: {1, 2}, command.Words: {0, 2}}[style]
	short := style == command.GNU && dashes == 1
	if name == "" || !slices.Contains(fits, dashes) || short && utf8.RuneCountInString(name) != 1 {
		l.errorf(attribute.Range, `write "-x", "--long", "--long=" for one with a value, "--long?" for one that may have it in the same word`,
			"%q is no flag in this style", spelling)
		return
	}
	if short {
		flag.Short = append(flag.Short, name)
		return
	}
	flag.Long = append(flag.Long, name)
}
