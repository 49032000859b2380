package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"blastguard/guard"
)

type fileProbe struct{ dir string }

func fileKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "file",
		Params: []guard.ProbeParam{
			{Name: "path", Type: guard.StringParam, Required: true, Doc: "of the file; links are followed"},
			{Name: "decode", Type: guard.StringParam, Words: decodings, Doc: "how to read the content: text, json, csv, number, lines; none (the default): not at all"},
			{Name: "dir", Type: guard.StringParam, Doc: "where a relative path starts; absent: the directory of the request"},
		},
		Result: []string{"exists", "size", "modified", "type", "content"},
		Doc:    "one file: whether it exists, its size, age and content (at most 1 MiB)",
	}
}

// answer follows links. A file that is not there is measured: exists is false
// and the rest null. Content that cannot be read or decoded is Unmeasured; the
// rest stands.
func (p fileProbe) answer(_ context.Context, args map[string]any) (any, []string, error) {
	path, err := absolute(text(args["path"]), dirOf(args, p.dir))
	if err != nil {
		return nil, nil, err
	}
	decode, err := decoderFor(text(args["decode"]))
	if err != nil {
		return nil, nil, err
	}
	value := map[string]any{"exists": false, "size": nil, "modified": nil, "type": nil, "content": nil}
	info, err := os.Stat(path)
	switch {
	case err != nil && absent(err):
		return value, []string{"there is no " + path}, nil
	case err != nil:
		return nil, nil, errors.New(cause(err))
	}
	value["exists"], value["size"], value["modified"], value["type"] = true, info.Size(), info.ModTime(), typeOf(info.Mode())
	if decode != nil {
		value["content"] = content(path, decode)
	}
	return value, []string{"read " + path + ", links followed"}, nil
}

func content(path string, decode decoder) any {
	data, err := readBounded(path)
	if err != nil {
		return unreadable(err)
	}
	value, err := decode(data)
	if err != nil {
		return guard.Unmeasured{Reason: fmt.Sprintf("%s holds what it should not: %v", path, err)}
	}
	return value
}

// readBounded reads a regular file of at most 1 MiB. It never waits for a
// writer of a FIFO, and never touches a device.
func readBounded(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: not a regular file", path)
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: not a regular file any more", path)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxOutput+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxOutput:
		return nil, fmt.Errorf("read %s: larger than 1 MiB", path)
	default:
		return data, nil
	}
}
