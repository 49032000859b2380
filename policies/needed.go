package policies

import (
	"bytes"
	"slices"
	"strings"

	"blastguard/guard"
)

// Needed are the same files without the blocks of the shipped writes.hcl that say how
// other programs than those of ops are read, which most commands need not wait for. A
// block that any file names stays. What is left out is replaced by empty lines, so that
// each line keeps its number. Without ops, and with one that cannot be read, nothing is
// left out; files are not changed.
//
// The files must be known to hold no error: what is left out is not looked at.
func Needed(files []guard.PolicyFile, ops []guard.Operation) []guard.PolicyFile {
	i := slices.IndexFunc(files, func(file guard.PolicyFile) bool {
		return file.Origin == guard.ShippedFile && file.Path == "policies/writes.hcl"
	})
	var programs [][]byte
	for _, op := range ops {
		if op.Program == "" || op.Opaque != "" {
			return files
		}
		programs = append(programs, []byte(`"`+op.Program+`"`))
	}
	if i < 0 || len(ops) == 0 {
		return files
	}
	kept := slices.Clone(files)
	kept[i].Content = withoutCommands(files[i].Content, func(name string, block []byte) bool {
		if slices.ContainsFunc(programs, func(program []byte) bool { return bytes.Contains(block, program) }) {
			return true
		}
		reference := []byte("command." + name)
		return slices.ContainsFunc(files, func(file guard.PolicyFile) bool { return bytes.Contains(file.Content, reference) })
	})
	return kept
}

// withoutCommands replaces the command blocks that are not kept by empty lines. A block
// begins and ends at the beginning of a line.
func withoutCommands(content []byte, keep func(name string, block []byte) bool) []byte {
	const begin, end = "command \"", "\n}\n"
	var out []byte
	for len(content) > 0 {
		if !bytes.HasPrefix(content, []byte(begin)) {
			line := bytes.IndexByte(content, '\n') + 1
			if line == 0 {
				line = len(content)
			}
			out, content = append(out, content[:line]...), content[line:]
			continue
		}
		size := bytes.Index(content, []byte(end))
		if size < 0 {
			return append(out, content...)
		}
		block := content[:size+len(end)]
		name, _, _ := strings.Cut(string(block[len(begin):]), `"`)
		if keep(name, block) {
			out = append(out, block...)
		} else {
			out = append(out, bytes.Repeat([]byte("\n"), bytes.Count(block, []byte("\n")))...)
		}
		content = content[len(block):]
	}
	return out
}
