package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"blastguard/guard/history"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a signed statement of the log's size and root, in the C2SP
// tlog-checkpoint form. The Ed25519 key is audit.key in dir, made when there is
// none; its public half is audit.pub. The checkpoint proves something only once
// it has left this host.
func (r *Reader) Checkpoint(ctx context.Context, dir string) ([]byte, error) {
	signed, err := r.checkpoint(ctx, dir)
	if err != nil {
		return nil, explain("checkpoint", r.path, err)
	}
	return signed, nil
}

func (r *Reader) checkpoint(ctx context.Context, dir string) ([]byte, error) {
	signer, err := signerIn(dir)
	if err != nil {
		return nil, err
	}
	h, _, err := readTree(ctx, r.conn)
	if err != nil {
		return nil, err
	}
	newest, ok, err := readHead(r.path)
	if err != nil {
		return nil, err
	}
	if ok && newest.Size == h.Size {
		if err := rolledBack(h, newest); err != nil {
			return nil, err
		}
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", signer.Name(), h.Size, base64.StdEncoding.EncodeToString(h.Root[:]))
	return note.Sign(&note.Note{Text: text}, signer)
}

// VerifyCheckpoint adds to a Verification whether the log still continues what
// a signed checkpoint saw. key is the public key that signed it, or a file with
// it; "" is the one beside the log. A checkpoint that is not signed by that key
// is an error.
func (r *Reader) VerifyCheckpoint(ctx context.Context, v history.Verification, text []byte, key string) (history.Verification, error) {
	verifier, err := verifierFor(filepath.Dir(r.path), key)
	if err != nil {
		return v, fmt.Errorf("checkpoint: %w", err)
	}
	signed, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return v, fmt.Errorf("checkpoint: %w", err)
	}
	then, err := parseCheckpoint(signed.Text, verifier.Name())
	if err != nil {
		return v, fmt.Errorf("checkpoint: %w", err)
	}
	v.Checkpoint = then.Size
	problem, err := r.continues(ctx, then)
	if err != nil {
		return v, explain("verify", r.path, err)
	}
	if problem != nil && v.Problem == nil {
		v.Problem = problem
	}
	v.OK = v.Problem == nil
	return v, nil
}

// continues compares the log's root at the size of a checkpoint; nil when they
// are the same.
func (r *Reader) continues(ctx context.Context, then head) (*history.Problem, error) {
	now, _, err := readTree(ctx, r.conn)
	if err != nil {
		return &history.Problem{What: err.Error()}, nil
	}
	if then.Size > now.Size {
		return &history.Problem{Entry: now.Size + 1, What: fmt.Sprintf("rolled back: the log ends at entry %d, the checkpoint was made at %d", now.Size, then.Size)}, nil
	}
	if then.Size == 0 {
		return nil, nil
	}
	root, err := tlog.TreeHash(then.Size, r.storedHashes(ctx))
	if err != nil {
		return nil, err
	}
	if root != then.Root {
		return &history.Problem{Entry: then.Size, What: "changed: the checkpoint was made of another history up to this entry"}, nil
	}
	return nil, nil
}

// storedHashes reads hashes of the tree out of the rows that completed them.
func (r *Reader) storedHashes(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			row, err := r.conn.one(ctx, "SELECT nodes FROM entries WHERE id = ?", (n+1)<<level)
			if err != nil {
				return nil, err
			}
			nodes, err := split(asBytes(row[0]))
			if err != nil || level >= len(nodes) {
				return nil, fmt.Errorf("entry %d: its hashes are %w", (n+1)<<level, errDamaged)
			}
			hashes[i] = nodes[level]
		}
		return hashes, nil
	})
}

func parseCheckpoint(text, origin string) (head, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != origin {
		return head{}, errors.New("it belongs to another log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return head{}, fmt.Errorf("size %q", lines[1])
	}
	h := head{Size: size}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || copy(h.Root[:], root) != tlog.HashSize || len(root) != tlog.HashSize {
		return head{}, fmt.Errorf("root %q", lines[2])
	}
	return h, nil
}
