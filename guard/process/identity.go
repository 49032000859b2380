package process

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"blastguard/guard"

	"golang.org/x/sys/unix"
)

// identify is how a file looks right now, and its mode.
func identify(path string) (guard.Executable, uint32, error) {
	var status unix.Stat_t
	if err := stat(path, &status); err != nil {
		return guard.Executable{}, 0, err
	}
	return identity(path, &status), uint32(status.Mode), nil
}

func identity(path string, status *unix.Stat_t) guard.Executable {
	return guard.Executable{
		Path:   path,
		Device: uint64(status.Dev),
		Inode:  status.Ino,
		Size:   status.Size,
		Ctime:  status.Ctim.Nano(),
	}
}

// Verify says whether the path still leads to the same file: device, inode,
// size and ctime. Run calls it just before it executes; between the two a
// moment remains that no path-based check can close.
func Verify(e guard.Executable) error {
	now, _, err := identify(e.Path)
	if err != nil {
		return fmt.Errorf("verify %q: %w", e.Path, err)
	}
	return same(e, now)
}

func same(e, now guard.Executable) error {
	now.SHA256, now.Problem = e.SHA256, e.Problem
	if now != e {
		return fmt.Errorf("verify %q: the file changed since it was found", e.Path)
	}
	return nil
}

// Digest is the sha256 of the executable in lower-case hex. The file must be
// the one that was found, before and after it is read; any other is an error,
// and so is a file that may be executed but not read. Between chunks of 1 MiB
// it stops when ctx is done; a read that hangs in the kernel it cannot end.
func Digest(ctx context.Context, e guard.Executable) (sha256hex string, err error) {
	file, err := os.Open(e.Path)
	if err != nil {
		return "", fmt.Errorf("digest: %w", err)
	}
	defer file.Close()
	if err := sameOpen(e, file); err != nil {
		return "", err
	}
	sum := sha256.New()
	buffer := make([]byte, min(max(e.Size, 1), 1<<20)) // most programs are smaller
	if _, err := io.CopyBuffer(sum, patient{ctx, file}, buffer); err != nil {
		return "", fmt.Errorf("digest %q: %w", e.Path, err)
	}
	if err := sameOpen(e, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func sameOpen(e guard.Executable, file *os.File) error {
	var status unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &status); err != nil {
		return fmt.Errorf("digest %q: %w", e.Path, err)
	}
	return same(e, identity(e.Path, &status))
}

// patient reads until its context is done. It hides the file's other methods,
// so that io.CopyBuffer reads in chunks.
type patient struct {
	ctx  context.Context
	file io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.file.Read(b)
}
