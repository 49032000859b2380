package approve

import (
	"bytes"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// read returns what is typed within a time; nothing is no error. The error is
// that of a terminal that has gone.
func (t *terminal) read(within time.Duration) ([]byte, error) {
	fds := []unix.PollFd{{Fd: int32(t.fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, int(within.Milliseconds()))
	if err == unix.EINTR || (err == nil && n == 0) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	buffer := make([]byte, 4096)
	n, err = unix.Read(t.fd, buffer)
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return nil, nil
	case err != nil:
		return nil, err
	case n == 0:
		return nil, unix.EIO
	}
	return buffer[:n], nil
}

// decoder turns bytes of a terminal into keys. An escape sequence may arrive in
// pieces; Esc alone is one that nothing followed.
type decoder struct {
	pending []byte
	pasting bool
}

// decode returns the keys in typed; called with nothing it takes an unfinished
// sequence for the keys it is made of.
func (d *decoder) decode(typed []byte) []key {
	idle := len(typed) == 0
	d.pending = append(d.pending, typed...)
	var keys []key
	for len(d.pending) > 0 {
		k, n := d.next(idle)
		if n == 0 {
			break
		}
		d.pending = d.pending[n:]
		if k.kind != noKey {
			keys = append(keys, k)
		}
	}
	return keys
}

// next is the first key of what is pending and how many bytes it takes; none
// when more have to come.
func (d *decoder) next(idle bool) (key, int) {
	if d.pasting {
		return d.pasted()
	}
	first := d.pending[0]
	switch {
	case first == 0x1b:
		return d.escape(idle)
	case controls[first] != noKey:
		return key{kind: controls[first]}, 1
	case first < 0x20:
		return key{}, 1
	case !utf8.FullRune(d.pending) && !idle:
		return key{}, 0
	}
	r, n := utf8.DecodeRune(d.pending)
	if !unicode.IsPrint(r) {
		r = unicode.ReplacementChar
	}
	return key{kind: typedKey, text: string(r)}, n
}

const pasteEnd = "\x1b[201~"

// pasted drops a paste; its end is the key. A paste without an end still ends
// with Ctrl-C.
func (d *decoder) pasted() (key, int) {
	if stop := bytes.IndexByte(d.pending, 0x03); stop >= 0 {
		d.pasting = false
		return key{kind: interruptKey}, stop + 1
	}
	if end := bytes.Index(d.pending, []byte(pasteEnd)); end >= 0 {
		d.pasting = false
		return key{kind: pasteKey}, end + len(pasteEnd)
	}
	// The end may be here in part.
	return key{}, max(len(d.pending)-len(pasteEnd)+1, 0)
}

// escape is Esc, or a sequence, most of which do nothing.
func (d *decoder) escape(idle bool) (key, int) {
	if len(d.pending) == 1 {
		if idle {
			return key{kind: escapeKey}, 1
		}
		return key{}, 0
	}
	switch d.pending[1] {
	case '[':
		return d.sequence(idle)
	case 'O':
		if len(d.pending) < 3 && !idle {
			return key{}, 0
		}
		return key{}, min(3, len(d.pending))
	case 0x1b:
		return key{kind: escapeKey}, 1
	default:
		return key{}, 2 // Alt and a key
	}
}

func (d *decoder) sequence(idle bool) (key, int) {
	end := 2
	for end < len(d.pending) && d.pending[end] < 0x40 {
		end++
	}
	if end >= len(d.pending) {
		if idle {
			return key{}, len(d.pending)
		}
		return key{}, 0
	}
	if string(d.pending[2:end+1]) == "200~" {
		d.pasting = true
	}
	return key{}, end + 1
}
