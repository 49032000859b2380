package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard/probe/pgtest"
	"blastguard/internal/ptytest"
)

// checked is what `guard check --json` says.
type checked struct {
	Effect   string
	Decision struct {
		Checks []struct {
			Name, Status, Value string
			Evidence            []string
		}
		Confirmations []struct{ Text string }
	}
	raw string
}

func (h home) check(dir string) checked {
	h.t.Helper()
	var c checked
	c.raw = h.json(&c, "check", "--json", "rm", "-rf", dir)
	return c
}

// refusedByRole says whether a role check was measured and failed.
func (c checked) refusedByRole() bool {
	for _, check := range c.Decision.Checks {
		if strings.HasPrefix(check.Name, "role") && check.Status == "fails" && check.Value == "primary" {
			return c.Effect == "deny"
		}
	}
	return false
}

func TestThePrimaryIsRefusedAndTheStandbyIsAsked(t *testing.T) {
	pair, n := pgtest.StartPair(t), newHome(t)
	primary, standby := pair.Primary.Dir, pair.Standby.Dir

	if c := n.check(primary); !c.refusedByRole() {
		t.Errorf("rm -rf of the running primary is not refused by its role: %s", c.raw)
	}
	if c := n.check(filepath.Dir(primary)); !c.refusedByRole() {
		t.Errorf("rm -rf of the primary's parent is not refused by its role: %s", c.raw)
	}
	asked := n.check(standby)
	if asked.Effect != "confirm" || len(asked.Decision.Confirmations) == 0 {
		t.Fatalf("rm -rf of the standby is not asked: %s", asked.raw)
	}
	host, _ := os.Hostname()
	if text := asked.Decision.Confirmations[0].Text; text != "secondary "+host+":"+standby {
		t.Errorf("the text to type is %q, without the role or the directory", text)
	}
	for _, want := range []string{"a server is running in it", "port " + pair.Standby.PortText(), "follows 127.0.0.1:" + pair.Primary.PortText()} {
		if !strings.Contains(asked.raw, want) {
			t.Errorf("the panel does not say %q: %s", want, asked.raw)
		}
	}

	pair.Standby.Stop()
	pair.Primary.Stop()
	if c := n.check(primary); !c.refusedByRole() {
		t.Errorf("rm -rf of the stopped primary is not refused by its role: %s", c.raw)
	}
}

func TestAStandbyThatIsPromotedWhileItIsTypedIsRefused(t *testing.T) {
	pair, n := pgtest.StartPair(t), newHome(t)
	text := n.check(pair.Standby.Dir).Decision.Confirmations[0].Text
	session, err := ptytest.Start(n.command("rm", "-rf", pair.Standby.Dir), ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if err := session.Expect(text); err != nil {
		t.Fatal(err)
	}
	pair.Promote()
	if err := session.Send(text + "\r"); err != nil {
		t.Fatal(err)
	}
	status, _, err := session.Wait()
	if err != nil || status != 77 {
		t.Errorf("ended with status %d (%v), want 77\n%s", status, err, session.Text())
	}
	if !strings.Contains(session.Text(), "primary") {
		t.Errorf("the refusal does not say that it is the primary now:\n%s", session.Text())
	}
	if pair.Standby.SQL("SELECT 1") != "1" {
		t.Error("the promoted server's directory was touched")
	}
}

func TestAConfirmedStandbyIsWiped(t *testing.T) {
	pair, n := pgtest.StartPair(t), newHome(t)
	text := n.check(pair.Standby.Dir).Decision.Confirmations[0].Text
	session, err := ptytest.Start(n.command("rm", "-rf", pair.Standby.Dir), ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if err := session.Expect(text); err != nil {
		t.Fatal(err)
	}
	if err := session.Send(text + "\r"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := session.Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(pair.Standby.Dir, "base")); !os.IsNotExist(err) {
		t.Errorf("the standby's directory is still there: %v\n%s", err, session.Text())
	}
	if pair.Primary.SQL("SELECT 1") != "1" {
		t.Error("the primary was touched")
	}
}

// After a failover the old primary may go: its successor is asked.
func TestTheFormerPrimaryIsAskedAndOnlyBesideItsSuccessor(t *testing.T) {
	pair, n := pgtest.StartPair(t), newHome(t)
	old := pair.Primary.Dir
	pair.Promote()
	if c := n.check(old); !c.refusedByRole() {
		t.Errorf("the old primary runs, and its directory is not refused: %s", c.raw)
	}
	pair.Primary.Stop()
	host, _ := os.Hostname()
	asked := n.check(old)
	if asked.Effect != "confirm" || asked.Decision.Confirmations[0].Text != "former "+host+":"+old {
		t.Errorf("the stopped old primary is not asked as former: %s", asked.raw)
	}
	if c := n.check(pair.Standby.Dir); !c.refusedByRole() {
		t.Errorf("the new primary is not refused: %s", c.raw)
	}
	var aside checked
	aside.raw = n.json(&aside, "check", "--json", "mv", old, old+".aside")
	if aside.Effect != "confirm" {
		t.Errorf("moving it aside is not asked: %s", aside.raw)
	}
	pair.Standby.Stop()
	if c := n.check(old); !c.refusedByRole() {
		t.Errorf("its successor does not run, and it is not refused: %s", c.raw)
	}
	text, status, screen := n.typedAs("guard mv " + old + " " + old + ".aside")
	if text != "primary "+host+":"+old || status != 0 || exists(old) {
		t.Errorf("moved aside with status %d after %q\n%s", status, text, screen)
	}
	if err := os.Rename(old+".aside", old); err != nil {
		t.Error(err)
	}
}
