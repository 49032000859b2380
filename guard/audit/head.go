package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// head is how long the log is, and the root of its tree.
type head struct {
	Size int64
	Root tlog.Hash
}

// headPath is where the copy of the newest head stands.
func headPath(path string) string { return path + ".head" }

// The copy has a fixed size and is overwritten in place after each commit,
// without a sync of its own: it may be older than the log after a crash, which
// means nothing. It is never newer, unless the log was put back.
//
//	guard audit head 1
//	00000000000000004711
//	(root, 64 hex digits)
//	(sha256 of the lines above, 64 hex digits)
const headTitle = "guard audit head 1\n"

const headLength = len(headTitle) + 21 + 65 + 65

func (h head) text() string {
	text := headTitle + fmt.Sprintf("%020d\n%x\n", h.Size, h.Root[:])
	sum := sha256.Sum256([]byte(text))
	return text + hex.EncodeToString(sum[:]) + "\n"
}

// readHead reads the copy. ok is false when there is none that can be read:
// missing, or torn by a power cut. What somebody is just writing is read again.
func readHead(path string) (h head, ok bool, err error) {
	return headFrom(func() ([]byte, error) { return os.ReadFile(headPath(path)) })
}

func headFrom(read func() ([]byte, error)) (h head, ok bool, err error) {
	for range 5 {
		raw, err := read()
		if os.IsNotExist(err) {
			return head{}, false, nil
		}
		if err != nil {
			return head{}, false, err
		}
		if h, ok = parseHead(raw); ok {
			return h, true, nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return head{}, false, nil
}

func parseHead(raw []byte) (h head, ok bool) {
	lines := strings.Split(string(raw), "\n")
	if len(raw) != headLength || len(lines) != 5 {
		return head{}, false
	}
	if _, err := fmt.Sscanf(lines[1], "%d", &h.Size); err != nil {
		return head{}, false
	}
	root, err := hex.DecodeString(lines[2])
	if err != nil || copy(h.Root[:], root) != tlog.HashSize || h.text() != string(raw) {
		return head{}, false
	}
	return h, true
}

// writeHead overwrites the copy with one write.
func writeHead(path string, h head, mode fs.FileMode) error {
	file, err := os.OpenFile(headPath(path), os.O_WRONLY|os.O_CREATE, mode)
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() == 0 {
		_ = file.Chmod(mode) // against the umask; only its owner may
	}
	_, err = file.WriteAt([]byte(h.text()), 0)
	return err
}

// rolledBack says that the log is older than its head's copy; nil when not.
func rolledBack(now, newest head) error {
	switch {
	case newest.Size > now.Size:
		return fmt.Errorf("rolled back, entry %d: the log ends at entry %d but had reached %d", now.Size+1, now.Size, newest.Size)
	case newest.Size == now.Size && newest.Root != now.Root:
		return fmt.Errorf("changed, entry %d or one before it: the log's root is not the one written last", now.Size)
	}
	return nil
}
