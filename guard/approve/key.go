package approve

// key is one key, as the dialogue understands it. The zero key does nothing.
type key struct {
	kind keyKind
	text string // of a typed key: what it types
}

type keyKind int

const (
	noKey keyKind = iota
	typedKey
	enterKey
	backspaceKey
	killLineKey
	killWordKey
	leftKey
	rightKey
	homeKey
	endKey
	escapeKey
	endOfInputKey
	interruptKey
	suspendKey
	pasteKey // a bracketed paste, whatever its text
)

// controls are the keys that are one control character.
var controls = map[byte]keyKind{
	'\r': enterKey, '\n': enterKey, 0x7f: backspaceKey, 0x08: backspaceKey,
	0x15: killLineKey, 0x17: killWordKey, 0x01: homeKey, 0x05: endKey,
	0x04: endOfInputKey, 0x03: interruptKey, 0x1c: interruptKey, 0x1a: suspendKey,
}
