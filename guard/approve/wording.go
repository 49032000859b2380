package approve

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// plural is "1 byte", "41,210 bytes"; other plurals than with s are given.
func plural(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return thousands(n) + " " + many[0]
	default:
		return thousands(n) + " " + one + "s"
	}
}

// thousands is 41205 as "41,205". n is not negative.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// clock is what is left, as "4:59"; a part of a second counts as one.
func clock(left time.Duration) string {
	seconds := int((max(left, 0) + time.Second - 1) / time.Second)
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// duration is a duration in words: "5 minutes", "90 s".
func duration(d time.Duration) string {
	if d >= time.Minute && d%time.Minute == 0 {
		return plural(int(d/time.Minute), "minute")
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}
