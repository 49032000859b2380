package postgres

import (
	"context"
	"strings"
	"testing"

	"blastguard/guard/probe/database"
	"blastguard/guard/probe/pgtest"
)

func TestWhatTakesAPlaceAndWhatDoesNot(t *testing.T) {
	here := controlFile{systemID: 7301, state: shutDown, timeline: 3, checkpoint: 0x2_0000_0100}
	with := func(identity string, timeline uint32, history string) succession {
		return succession{upstreamRole: upstreamRole{identity: identity}, timeline: timeline, history: history}
	}
	standby := with("7301", 4, "3\t2/100\twhy\n")
	standby.inRecovery = true
	for name, test := range map[string]struct {
		told succession
		want string
	}{
		"its successor":                         {with("7301", 4, "1\t0/1\tx\n2\t1/0\ty\n3\t2/100\tno recovery target\n"), ""},
		"two failovers later":                   {with("7301", 5, "3\t2/100\tx\n4\t3/0\ty\n"), ""},
		"it lived on for a moment":              {with("7301", 4, "3\t1/FFFFFFFF\tx\n"), ""},
		"a clone that was promoted for a drill": {with("7301", 4, "3\t1/0\tx\n"), "only here"},
		"a clone of an older timeline":          {with("7301", 4, "2\t1/0\tx\n"), "does not say where it left"},
		"no history":                            {with("7301", 4, ""), "does not say where it left"},
		"a damaged history":                     {with("7301", 4, "3\tx/y\tz\n"), "does not say where it left"},
		"the same timeline":                     {with("7301", 3, ""), "not above"},
		"a lower one":                           {with("7301", 2, "1\t0/1\n"), "not above"},
		"another database":                      {with("7302", 4, "3\t2/100\tx\n"), "another database"},
		"a standby":                             {standby, "in recovery"},
		"nothing":                               {succession{}, "another database"},
	} {
		got := notSuccessor(here, test.told, nil)
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if got := notSuccessor(here, with("7301", 4, "3\t2/100\tx\n"), context.DeadlineExceeded); got == "" {
		t.Error("no answer is a successor")
	}
}

// A successor that the policy names is asked over TCP; one that was promoted long
// before the end of the directory is none.
func TestASuccessorThatAPolicyNames(t *testing.T) {
	pair := pgtest.StartPair(t)
	pair.Promote()
	pair.Primary.Stop()
	control, err := readControl(pair.Primary.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if control.timeline != 1 || control.checkpoint == 0 {
		t.Fatalf("read timeline %d, checkpoint %X", control.timeline, control.checkpoint)
	}
	var named []upstream
	for _, text := range []string{"host=127.0.0.1 port=1 user=postgres", "host=127.0.0.1 port=" + pair.Standby.PortText() + " user=postgres"} {
		one, err := newCandidate(text)
		if err != nil {
			t.Fatal(err)
		}
		named = append(named, one)
	}
	d := database.Database{Path: pair.Primary.Dir, Role: database.Primary}
	succeeded(t.Context(), &d, control, named)
	if d.Role != database.Former || d.UpstreamAlive != true {
		t.Errorf("role %v, upstream %v: %v", d.Role, d.UpstreamAlive, d.Evidence)
	}
	control.checkpoint += 1 << 30
	d = database.Database{Path: pair.Primary.Dir, Role: database.Primary}
	succeeded(t.Context(), &d, control, named)
	if d.Role != database.Primary || !strings.Contains(strings.Join(d.Evidence, "\n"), "only here") {
		t.Errorf("with much written since: role %v: %v", d.Role, d.Evidence)
	}
	for _, replication := range []bool{true, false} {
		told, err := named[1].successionBy(t.Context(), named[1].places[0], replication)
		if err != nil || told.timeline != 2 || !strings.Contains(told.history, "/") {
			t.Errorf("replication %v: %+v, %v", replication, told, err)
		}
	}
}
