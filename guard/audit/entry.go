package audit

import (
	"context"
	"errors"
	"fmt"

	"blastguard/guard"
	"blastguard/guard/history"

	"golang.org/x/mod/sumdb/tlog"
)

func readAbout(ctx context.Context, c *conn, id int64) (about, error) {
	// The beginning is enough, unless an entry has many targets.
	for _, query := range []string{"SELECT substr(body, 1, 4096) FROM entries WHERE id = ?", "SELECT body FROM entries WHERE id = ?"} {
		row, err := c.one(ctx, query, id)
		if err != nil {
			return about{}, err
		}
		if a, err := aboutOf(asText(row[0])); err == nil {
			return a, nil
		}
	}
	return about{}, fmt.Errorf("entry %d: %w: see guard history verify", id, errDamaged)
}

func readBody(ctx context.Context, c *conn, id int64) (body, error) {
	row, err := c.one(ctx, "SELECT body FROM entries WHERE id = ?", id)
	if err != nil {
		return body{}, err
	}
	var b body
	if err := decode(asText(row[0]), &b); err != nil {
		return body{}, fmt.Errorf("entry %d: %w", id, err)
	}
	return b, nil
}

const (
	entryMissing = "missing"
	entryChanged = "changed since it was written"
)

// damage says why an entry is not to be believed; "" when its body is what its leaf
// says. That the leaf is the one in the tree is for Verify to say.
func (r *Reader) damage(ctx context.Context, id int64) (string, error) {
	row, err := r.conn.one(ctx, "SELECT salt, nodes, body FROM entries WHERE id = ?", id)
	switch {
	case errors.Is(err, errNoRow):
		return entryMissing, nil
	case err != nil:
		return "", err
	}
	leaf, _ := leafHash(nil, asBytes(row[0]), asText(row[2]))
	nodes := asBytes(row[1])
	if len(nodes) < tlog.HashSize || string(nodes[:tlog.HashSize]) != string(leaf[:]) {
		return entryChanged, nil
	}
	if a, err := aboutOf(asText(row[2])); err != nil || a.ID != id {
		return entryChanged, nil
	}
	return "", nil
}

func (r *Reader) summary(ctx context.Context, a about) (history.Summary, error) {
	s := history.Summary{
		ID: a.ID, At: a.At, Verdict: guard.Verdict(a.Kind), Effect: a.Effect, User: a.User, UID: a.UID, Host: a.Host,
		Command: a.Command, Summary: a.Summary, Why: a.Why, Programs: a.Programs, Policies: a.Policies, Targets: a.Targets, Run: a.Run,
		Ending: history.NothingRan,
	}
	damaged, err := r.damage(ctx, a.ID)
	switch {
	case err != nil:
		return s, err
	case damaged != "":
		return history.Summary{ID: a.ID, At: a.At, Damaged: damaged}, nil
	case s.Verdict != guard.Accepted:
		return s, nil
	}
	exit, err := exitOf(ctx, r.conn, a.ID)
	if err != nil {
		return s, err
	}
	if exit == 0 {
		s.Ending, err = r.withoutOutcome(ctx, a.ID)
		return s, err
	}
	s.Ending = history.UnknownEnd
	if damaged, err = r.damage(ctx, exit); err != nil || damaged != "" {
		return s, err // an outcome that is not what was written tells nothing
	}
	b, err := readBody(ctx, r.conn, exit)
	if err != nil || b.About.Of != a.ID {
		return s, err
	}
	s.Ending, s.Exit, s.Outcome = history.Ended, exit, b.Outcome
	return s, nil
}

// withoutOutcome says what an accept without exit means.
func (r *Reader) withoutOutcome(ctx context.Context, id int64) (history.Ending, error) {
	b, err := readBody(ctx, r.conn, id)
	if err != nil {
		return history.UnknownEnd, err
	}
	if current := bootID(); current != "" && b.Guard.BootID != "" && b.Guard.BootID != current {
		return history.HostWentDown, nil
	}
	if running, _ := b.Guard.runs(); running {
		return history.StillRunning, nil
	}
	return history.UnknownEnd, nil
}

// Get is one entry, an intent, with everything that was recorded. For the
// number of an exit it is the intent that ended. ErrNoEntry when there is none.
func (r *Reader) Get(ctx context.Context, id int64) (history.Entry, error) {
	entry, err := r.get(ctx, id)
	if err != nil {
		return history.Entry{}, explain("read", r.path, err)
	}
	return entry, nil
}

func (r *Reader) get(ctx context.Context, id int64) (history.Entry, error) {
	row, err := r.conn.one(ctx, "SELECT salt, nodes, body FROM entries WHERE id = ?", id)
	if errors.Is(err, errNoRow) {
		return history.Entry{}, fmt.Errorf("entry %d: %w", id, history.ErrNoEntry)
	}
	if err != nil {
		return history.Entry{}, err
	}
	text := asText(row[2])
	var b body
	if err := decode(text, &b); err != nil {
		return history.Entry{}, fmt.Errorf("entry %d: %w: see guard history verify", id, err)
	}
	if b.About.Kind == kindExit && b.About.Of != id {
		return r.get(ctx, b.About.Of)
	}
	leaf, _ := leafHash(nil, asBytes(row[0]), text)
	if nodes := asBytes(row[1]); len(nodes) < tlog.HashSize || string(nodes[:tlog.HashSize]) != string(leaf[:]) {
		return history.Entry{}, fmt.Errorf("entry %d: changed since it was written: see guard history verify", id)
	}
	s, err := r.summary(ctx, b.About)
	if err != nil {
		return history.Entry{}, err
	}
	entry := history.Entry{Summary: s, Env: b.Env, PID: b.Guard.PID, Body: text, Leaf: fmt.Sprintf("%x", leaf[:]), Salt: fmt.Sprintf("%x", asBytes(row[0]))}
	if b.Intent != nil {
		entry.Intent = *b.Intent
	}
	return entry, nil
}
