package approve

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/guard"
)

// TestMain lets the test binary be the guard that asks: on the terminal that
// its parent gave it.
func TestMain(m *testing.M) {
	if os.Getenv("APPROVE_CHILD") == "" {
		os.Exit(m.Run())
	}
	os.Exit(child())
}

// child asks one question and writes the answer as JSON to descriptor 3, or to
// the file of APPROVE_ANSWER.
func child() int {
	// The end of the terminal may be read before its signal comes, which would then
	// end the child between the answer and its writing.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	question := questionNamed(os.Getenv("APPROVE_QUESTION"))
	question.Request.Plain = os.Getenv("APPROVE_PLAIN") != ""
	question.Request.Text = os.Getenv("APPROVE_TEXT")
	ctx := context.Background()
	if os.Getenv("APPROVE_CANCEL") != "" {
		var cancel func()
		ctx, cancel = signal.NotifyContext(ctx, syscall.SIGUSR1)
		defer cancel()
	}
	if os.Getenv("APPROVE_WAIT") != "" {
		// The parent types ahead, then sends SIGUSR2.
		ready := make(chan os.Signal, 1)
		signal.Notify(ready, syscall.SIGUSR2)
		os.Stdout.WriteString("waiting\n")
		<-ready
	}
	if why := os.Getenv("APPROVE_CHOICE"); why != "" {
		return choose(ctx, why)
	}
	approver := New(Config{Env: os.Environ(), LockDir: os.Getenv("APPROVE_LOCKS"), Now: time.Now})
	answer := approver.Approve(ctx, question)
	text, err := json.Marshal(answer)
	if err != nil {
		return 1
	}
	if path := os.Getenv("APPROVE_ANSWER"); path != "" {
		if err := os.WriteFile(path+".new", text, 0o600); err != nil {
			return 1
		}
		if os.Rename(path+".new", path) != nil {
			return 1
		}
	} else if _, err := os.NewFile(3, "answer").Write(text); err != nil {
		return 1
	}
	if os.Getenv("APPROVE_AFTER") != "" {
		// What the guarded command would read.
		os.Stdout.WriteString("\r\nthe command reads\r\n")
		line := make([]byte, 100)
		n, _ := os.Stdin.Read(line)
		os.Stdout.WriteString("the command got " + strings.TrimSpace(string(line[:n])) + ".\r\n")
	}
	return 0
}

// choose asks how a run goes on, and writes the answer to descriptor 3.
func choose(ctx context.Context, what string) int {
	refused := Refused{Run: "playbook.sh", Done: []string{"rm one", "rm two"}, Why: "hard.rule cannot be overridden"}
	if what == "soft" {
		refused.Overrides = []string{"soft.rule"}
	}
	approver := New(Config{Env: os.Environ(), LockDir: os.Getenv("APPROVE_LOCKS"), Now: time.Now})
	text, err := json.Marshal(approver.Choose(ctx, refused))
	if err == nil {
		_, err = os.NewFile(3, "answer").Write(text)
	}
	if err != nil {
		return 1
	}
	return 0
}

var _ guard.Approver = (*Approver)(nil)
