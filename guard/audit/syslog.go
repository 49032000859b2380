package audit

import (
	"fmt"
	"strings"

	"blastguard/guard"
)

// Syslog takes one line of text. It must not wait, and its error stops nothing.
type Syslog interface {
	Line(text string) error
}

// maxLine is what every syslog takes in one datagram, less the header.
const maxLine = 900

// syslogLine is what leaves the host of a decision: enough to prove later that
// the entry was not changed.
func syslogLine(written appended) string {
	a := written.about
	target := strings.Join(a.Targets, " ")
	if target == "" {
		target = a.Command
	}
	before := fmt.Sprintf("entry=%d user=%s uid=%d host=%s decision=%s leaf=%x target=", a.ID, word(a.User), a.UID, word(a.Host), a.Kind, written.leaf[:])
	return before + word(shorten(target, max(maxLine-len(before), 40)/2))
}

// word is text as one printable word.
func word(text string) string {
	text = guard.Printable(text)
	if text == "" || strings.ContainsAny(text, ` "=`) {
		return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
	}
	return text
}
