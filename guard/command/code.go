package command

import (
	"path"
	"slices"
	"strings"
)

// plainScript says whether a text in the language of that name only changes what flows
// through: it runs no program and opens no file to write. What it cannot read is not.
func plainScript(language, text string) bool {
	switch language {
	case "":
		return true
	case Compressor:
		name, flags, _ := strings.Cut(text, " ")
		return isCompressor(name) && strings.Trim(flags, " -0123456789Tcdfhkqv") == ""
	case RemoteShell:
		return isRemoteShell(strings.Fields(text))
	case Sed:
		// Versions differ in whether a delimiter between [ and ] is one. What another one
		// refuses does nothing there.
		newer, older := sedScript{rest: text, brackets: true}, sedScript{rest: text}
		return newer.plain() && (older.plain() || !older.danger)
	default:
		return false
	}
}

// Sed is the language of sed's scripts, as GNU sed reads it.
const Sed = "sed"

// Shell is a command line for a shell. What it does is never known from the declaration.
const Shell = "shell"

// Compressor is the name of a program that compresses, with flags of its own.
const Compressor = "compressor"

// RemoteShell is ssh with flags of its own that run nothing, or rsync at the other end.
const RemoteShell = "remote-shell"

// languages are those that a declaration may name.
var languages = []string{Sed, Shell, Compressor, RemoteShell}

func isCompressor(name string) bool {
	return slices.Contains([]string{
		"bzip2", "compress", "gzip", "lbzip2", "lrzip", "lz4", "lzip", "lzma", "lzop", "pbzip2", "pigz", "pixz", "plzip", "xz", "zopfli", "zstd", "zstdmt",
	}, name)
}

// isRemoteShell: ssh, rsh, rsync or sudo rsync, with plain words.
func isRemoteShell(words []string) bool {
	if len(words) > 1 && words[0] == "sudo" {
		words = words[1:]
	}
	if len(words) == 0 || !slices.Contains([]string{"rsh", "rsync", "ssh"}, path.Base(words[0])) || strings.Contains(words[0], "/") && !strings.HasSuffix(path.Dir(words[0]), "/bin") {
		return false
	}
	for _, word := range words {
		lower := strings.ToLower(word)
		if strings.ContainsAny(word, ";|&`$<>()'\"\\\n") || strings.Contains(lower, "command") || strings.HasPrefix(word, "-F") {
			return false
		}
	}
	return true
}
