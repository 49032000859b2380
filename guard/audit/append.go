package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"time"

	"blastguard/guard"

	"golang.org/x/mod/sumdb/tlog"
)

// saltLength is the length of a leaf's salt, in bytes: nobody can guess a body
// from its hash, not even a short one.
const saltLength = 32

// Accept records that the request is about to run and takes its claims, in one
// durable transaction; see guard.Log. When a claim has no room it returns a
// *guard.ClaimRefused and nothing is recorded.
func (l *Log) Accept(ctx context.Context, intent guard.Intent) (int64, error) {
	if intent.Verdict != guard.Accepted {
		return 0, fmt.Errorf("audit log: accept: the verdict is %q", intent.Verdict)
	}
	return l.decide(ctx, withoutHidden(intent))
}

// Refuse records a reject or a decline, durably; see guard.Log.
func (l *Log) Refuse(ctx context.Context, intent guard.Intent) (int64, error) {
	if intent.Verdict != guard.Rejected && intent.Verdict != guard.Declined {
		return 0, fmt.Errorf("audit log: refuse: the verdict is %q", intent.Verdict)
	}
	return l.decide(ctx, withoutHidden(intent))
}

func (l *Log) decide(ctx context.Context, intent guard.Intent) (int64, error) {
	mask := maskerFor(intent)
	self := l.self
	if boot := intent.Request.Host.BootID; boot != "" {
		self.BootID = boot
	}
	draft, err := newDraft(body{About: aboutIntent(intent, mask), Env: allowed(intent.Request.Env), Guard: self, Intent: &intent}, mask)
	if err != nil {
		return 0, explain("write", l.config.Path, err)
	}
	claims := maskClaims(intent.Decision.Claims, mask)
	var written appended
	err = l.transaction(ctx, func(ctx context.Context, at time.Time) error {
		if intent.Verdict == guard.Accepted {
			if err := l.grant(ctx, claims, at); err != nil {
				return err
			}
		}
		if written, err = l.append(ctx, draft, at); err != nil {
			return err
		}
		if intent.Verdict == guard.Accepted {
			return l.takeClaims(ctx, written.about.ID, claims, at)
		}
		return nil
	})
	if err != nil {
		return 0, explain("write", l.config.Path, err)
	}
	l.published(written)
	return written.about.ID, nil
}

// Exit records the outcome of an accepted entry, durably, and gives its claims
// back when the command did not start; see guard.Log. It waits up to
// OutcomePatience for a log that another process holds.
func (l *Log) Exit(ctx context.Context, id int64, outcome guard.Outcome) error {
	draft, err := newDraft(body{About: about{Kind: kindExit, Of: id, Started: outcome.Started}, Guard: l.self, Outcome: &outcome}, maskerFor(guard.Intent{}))
	if err != nil {
		return explain("write", l.config.Path, err)
	}
	var written appended
	err = l.lastly(ctx, func(ctx context.Context, at time.Time) error {
		if err := l.mayEnd(ctx, id); err != nil {
			return err
		}
		if written, err = l.append(ctx, draft, at); err != nil {
			return err
		}
		return l.endClaims(ctx, id, written.about, at)
	})
	if err != nil {
		return explain("write", l.config.Path, err)
	}
	l.copyHead(written.head)
	l.notice(written.about)
	return nil
}

// mayEnd refuses an outcome of an entry that was not accepted, or has one.
func (l *Log) mayEnd(ctx context.Context, id int64) error {
	a, err := readAbout(ctx, l.conn, id)
	switch {
	case errors.Is(err, errNoRow):
		return fmt.Errorf("entry %d: there is no such entry", id)
	case err != nil:
		return err
	case a.Kind != string(guard.Accepted):
		return fmt.Errorf("entry %d is a %s: it has no outcome", id, a.Kind)
	}
	exit, err := exitOf(ctx, l.conn, id)
	if err == nil && exit != 0 {
		err = fmt.Errorf("entry %d has an outcome already: entry %d", id, exit)
	}
	return err
}

// appended is what one transaction added.
type appended struct {
	about about
	head  head
	leaf  tlog.Hash
}

// append adds one entry to the tree, inside a transaction.
func (l *Log) append(ctx context.Context, d draft, at time.Time) (appended, error) {
	now, f, err := readTree(ctx, l.conn)
	if err != nil {
		return appended{}, err
	}
	hasCopy, err := l.compareHead(now)
	if err != nil {
		return appended{}, err
	}
	l.headMissing = l.headMissing || !hasCopy && now.Size > 0
	if l.headMissing {
		d.about.Note = headNotCopied
	}
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(l.config.Random, salt); err != nil {
		return appended{}, fmt.Errorf("random salt: %w", err)
	}
	a, text, err := d.body(now.Size+1, at)
	if err != nil {
		return appended{}, err
	}
	leaf, _ := leafHash(nil, salt, text)
	next, nodes := f.add(now.Size, leaf)
	grown := head{Size: now.Size + 1, Root: next.root()}
	if err := l.insert(ctx, a, salt, nodes, text); err != nil {
		return appended{}, err
	}
	if err := l.conn.write(ctx, 1, "UPDATE head SET size = ?, root = ?, frontier = ?", grown.Size, grown.Root[:], join(next)); err != nil {
		return appended{}, err
	}
	if !hasCopy {
		// The copy of the new head follows the commit. Whoever writes the next entry may
		// be quicker, and would take the copy for one that somebody removed: there is one
		// before the log is given free.
		l.copyHead(now)
	}
	return appended{a, grown, leaf}, nil
}

// headNotCopied is the note of the first entry before which guard could not check whether
// the log was rolled back.
const headNotCopied = "the copy of the log's head was missing or torn: entries may have been cut off before this one"

// compareHead refuses a log that was rolled back. ok is false when the copy of the
// head cannot be read: then a rollback would not be noticed.
func (l *Log) compareHead(now head) (ok bool, err error) {
	newest, ok, err := readHead(l.config.Path)
	if err != nil || !ok {
		return false, err
	}
	if err := rolledBack(now, newest); err != nil {
		return false, fmt.Errorf("%w; restore the newer log, or remove %s to continue with this one", err, headPath(l.config.Path))
	}
	return true, nil
}

func (l *Log) insert(ctx context.Context, a about, salt []byte, nodes []tlog.Hash, text string) error {
	err := l.conn.write(ctx, 1, "INSERT INTO entries (id, salt, nodes, body) VALUES (?, ?, ?, ?)", a.ID, salt, join(nodes), text)
	if err != nil {
		return err
	}
	for _, t := range a.terms() {
		err := l.conn.write(ctx, 1, "INSERT INTO terms (kind, value, at, entry) VALUES (?, ?, ?, ?)", t.kind, t.value, a.At.UnixNano(), a.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// readTree reads the head row.
func readTree(ctx context.Context, c *conn) (head, frontier, error) {
	row, err := c.one(ctx, "SELECT size, root, frontier FROM head WHERE one = 1")
	if err != nil {
		return head{}, nil, fmt.Errorf("head: %w", err)
	}
	f, err := split(asBytes(row[2]))
	if err != nil {
		return head{}, nil, fmt.Errorf("head: frontier: %w", err)
	}
	h := head{Size: asInt(row[0])}
	root := asBytes(row[1])
	copy(h.Root[:], root)
	if len(root) != tlog.HashSize || h.Size < 0 || bits.OnesCount64(uint64(h.Size)) != len(f) || frontier(f).root() != h.Root {
		return head{}, nil, fmt.Errorf("head: %w: see guard history verify", errDamaged)
	}
	return h, f, nil
}

var errDamaged = errors.New("damaged")

// published tells the world of a new entry: the copy of the head, the syslog.
// Neither can fail the command.
func (l *Log) published(written appended) {
	l.copyHead(written.head)
	l.notice(written.about)
	if l.config.Syslog == nil {
		return
	}
	if err := l.config.Syslog.Line(syslogLine(written)); err != nil {
		l.debug("syslog", "error", err)
	}
}

func (l *Log) notice(a about) {
	if a.Note != "" && l.config.Notice != nil {
		l.config.Notice(fmt.Sprintf("entry %d: %s (guard history verify)", a.ID, a.Note))
	}
}

func (l *Log) copyHead(h head) {
	if err := writeHead(l.config.Path, h, l.mode); err != nil {
		l.debug("copy of the head", "error", err)
	}
}
