//go:build linux && (amd64 || arm64)

package supervise

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// retryWindow is how long a thread may take to make its call again after a signal
// broke it off; its question lives on so long.
const retryWindow = time.Second

// attempts are the calls that wait for their answer, or had it just now. Kernels
// before 5.19 break off the wait at any signal, also after the answer: the thread
// handles the signal and makes the same call again, as a new notification. That
// must be no new question.
type attempts struct {
	mu  sync.Mutex
	all []*attempt
}

// attempt is one call of one thread, under whatever number it is known by now.
type attempt struct {
	call    identity
	asked   Exec
	settled chan struct{} // closed when there is an answer
	allowed bool          // read after that

	mu        sync.Mutex
	id        uint64        // the newest notification
	replaced  chan struct{} // closed when there is a newer one
	lost      time.Time     // since when no notification is valid; zero while one is
	givenUp   bool          // it will not come back
	at        time.Time     // of the answer; zero while there is none
	delivered bool          // the kernel took the answer
}

// identity tells a call that is made again from another one. A thread that has
// taken the number of another has another start, and one that has executed a
// program has other random bytes from the kernel.
type identity struct {
	tid    uint32
	arch   uint32
	number int32
	ip     uint64
	args   [6]uint64
	start  string
	random [16]byte
}

func identityOf(n *notification) identity {
	return identity{
		tid: n.tid, arch: n.arch, number: n.number, ip: n.ip, args: n.args,
		start: startOf(int(n.tid)), random: randomOf(n),
	}
}

// startOf is when a thread began, in ticks since the kernel's start.
func startOf(tid int) string {
	const start = 22 - 3 // of the fields behind the name
	if fields := statOf(tid); len(fields) > start {
		return fields[start]
	}
	return ""
}

// randomOf are the bytes that the kernel gives to every program that it executes.
func randomOf(n *notification) (random [16]byte) {
	const atRandom = 25
	vector, err := os.ReadFile(fmt.Sprintf("/proc/%d/auxv", n.tid))
	size := n.pointerSize()
	for ; err == nil && len(vector) >= 2*size; vector = vector[2*size:] {
		var key, value [8]byte
		copy(key[:], vector[:size])
		copy(value[:], vector[size:2*size])
		if binary.NativeEndian.Uint64(key[:]) == atRandom {
			_ = readMemory(int(n.tid), uintptr(binary.NativeEndian.Uint64(value[:])), random[:])
			break
		}
	}
	return random
}

// statOf are the fields of a thread's stat line from its state on.
func statOf(tid int) []string {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", tid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(line[strings.LastIndexByte(string(line), ')')+1:]))
}

// join finds the attempt that a notification belongs to; first when it is a new
// one, which its caller must settle.
func (a *attempts) join(n *notification, asked Exec) (joined *attempt, first bool) {
	call := identityOf(n)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = slices.DeleteFunc(a.all, (*attempt).forgotten)
	for _, old := range a.all {
		if old.call == call && same(old.asked, asked) && !old.done() {
			old.renew(n.id)
			return old, false
		}
		if old.call.tid == n.tid {
			old.giveUp() // its thread makes another call by now
		}
	}
	fresh := &attempt{call: call, asked: asked, settled: make(chan struct{}), id: n.id, replaced: make(chan struct{})}
	a.all = append(a.all, fresh)
	return fresh, true
}

func same(one, other Exec) bool {
	return one.On == other.On && one.PID == other.PID && one.UID == other.UID && one.Path == other.Path && one.Dir == other.Dir &&
		one.SetID == other.SetID && one.Unreadable == other.Unreadable &&
		slices.Equal(one.Argv, other.Argv) && slices.Equal(one.Env, other.Env) &&
		slices.EqualFunc(one.Forms, other.Forms, slices.Equal[[]string])
}

// settle gives the answer to all that wait for it. What nobody decided (dropped)
// is forgotten, so that it is asked anew should it come back after all.
func (a *attempts) settle(t *attempt, allowed, dropped bool) {
	t.mu.Lock()
	t.allowed, t.at = allowed, time.Now()
	t.mu.Unlock()
	close(t.settled)
	if !dropped {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = slices.DeleteFunc(a.all, func(other *attempt) bool { return other == t })
}

// owing says whether a call may still come back for an answer that is given, or
// will be.
func (a *attempts) owing() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(a.all, func(t *attempt) bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.at.IsZero() || time.Since(t.at) < soon {
			return true
		}
		return !t.delivered && time.Since(t.at) < memory && !ended(int(t.call.tid))
	})
}

// soon is within how long a call comes back whose answer was taken by the kernel
// in the very moment of a signal.
const soon = 50 * time.Millisecond

// done: an act that went on. Unlike an exec it may be done again, by the same
// instruction with the same words.
func (t *attempt) done() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.asked.On != "" && t.delivered && time.Since(t.at) > soon
}

// forgotten: its answer is too old to be given again.
func (t *attempt) forgotten() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.at.IsZero() && time.Since(t.at) > memory
}

// renew takes a notification for the newest, unless a newer one, read in less
// time, has come before it: the kernel counts them.
func (t *attempt) renew(id uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if int64(id-t.id) <= 0 {
		return
	}
	t.id, t.lost = id, time.Time{}
	close(t.replaced)
	t.replaced = make(chan struct{})
}

func (t *attempt) giveUp() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.givenUp = true
}

// answer waits for the answer to the notification; false also when there is a
// newer one, which then has it.
func (t *attempt) answer(id uint64) bool {
	t.mu.Lock()
	newer, replaced := t.id != id, t.replaced
	t.mu.Unlock()
	if newer {
		return false
	}
	select {
	case <-t.settled:
		return t.allowed
	case <-replaced:
		return false
	}
}

func (t *attempt) sent() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.delivered = true
}

// waits says whether somebody still waits: under the newest number, or on the way
// back from a signal. A stopped process is as one that waits.
func (t *attempt) waits(l listener) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	id := t.id
	switch {
	case t.givenUp:
		return false
	case l.valid(&id) || stopped(int(t.call.tid)):
		t.lost = time.Time{}
		return true
	case ended(int(t.call.tid)):
		return false
	case t.lost.IsZero():
		t.lost = time.Now()
	}
	return time.Since(t.lost) < retryWindow
}

func ended(tid int) bool {
	fields := statOf(tid)
	return len(fields) == 0 || fields[0] == "Z" || fields[0] == "X"
}

func stopped(tid int) bool {
	fields := statOf(tid)
	return len(fields) > 0 && strings.EqualFold(fields[0], "T")
}

// decidedOnce has a call decided that a signal may break off at any time: once,
// however often it comes back.
func (s *Supervisor) decidedOnce(ctx context.Context, asked Exec, n *notification) (allowed bool, delivered func()) {
	joined, first := s.attempts.join(n, asked)
	if !first {
		return joined.answer(n.id), joined.sent
	}
	dropped := true
	defer func() { s.attempts.settle(joined, allowed, dropped) }()
	if !joined.waits(s.listener) {
		return false, joined.sent // it was forgotten while this one was read
	}
	allowed, dropped = s.decide(ctx, asked, func() bool { return joined.waits(s.listener) })
	return allowed, joined.sent
}
