package shell

import (
	"fmt"
	"os"
	"testing"

	"blastguard/guard"
)

func TestTry(t *testing.T) {
	text := os.Getenv("TRY")
	if text == "" {
		t.Skip()
	}
	for _, op := range Text(text, Context{Dir: "/work", Env: []string{"HOME=/root"}, Account: guard.Account{Known: true, UID: 1000, Name: "me"}}) {
		fmt.Printf("%q %q args=%v via=%q %v dir=%v env=%v opaque=%q on=%q b=%v\n", op.Program, op.Path, op.Args, op.Via, op.Account, op.Dir, op.EnvComplete, op.Opaque, op.On, op.Builtin)
	}
}
