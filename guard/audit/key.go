package audit

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
)

// The names of the key that signs checkpoints, and of its public half, in the
// directory of the log.
const (
	keyFile    = "audit.key"
	publicFile = "audit.pub"
)

// signerIn reads the key in a directory, and makes one when there is none. Only
// the owner may read it.
func signerIn(dir string) (note.Signer, error) {
	path := filepath.Join(dir, keyFile)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(dir); err != nil {
			return nil, fmt.Errorf("make the key %s: %w", path, err)
		}
		info, err = os.Lstat(path)
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key %s: it is not a regular file, or others can read it: its signatures prove nothing any more; remove it, and guard makes a new one", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", path, err)
	}
	return signer, nil
}

// makeKey writes the public half first, so that a key is never without one.
func makeKey(dir string) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	secret, public, err := note.GenerateKey(rand.Reader, "guard/"+originName(host))
	if err != nil {
		return err
	}
	if err := writeNew(dir, publicFile, public, 0o644); err != nil {
		return err
	}
	return writeNew(dir, keyFile, secret, 0o600)
}

func writeNew(dir, name, text string, mode fs.FileMode) error {
	file, err := os.CreateTemp(dir, name+".new-*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(text + "\n")
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		removeAll(file.Name())
		return err
	}
	return syncDir(dir)
}

// originName is the host's name without characters that a note's key name must not have.
func originName(host string) string {
	return cmp.Or(strings.Map(func(r rune) rune {
		if r == '+' || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, host), "host")
}

// verifierFor is the public key in text, in the file of that name, or, for "",
// the one in dir.
func verifierFor(dir, text string) (note.Verifier, error) {
	if verifier, err := note.NewVerifier(strings.TrimSpace(text)); err == nil {
		return verifier, nil
	}
	path := cmp.Or(text, filepath.Join(dir, publicFile))
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(content)))
	if err != nil {
		return nil, fmt.Errorf("public key %s: %w", path, err)
	}
	return verifier, nil
}
