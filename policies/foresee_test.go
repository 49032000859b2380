package policies

import (
	"slices"
	"testing"

	"blastguard/guard"
	"blastguard/guard/shell"
)

// Of the corpus, nothing that is asked about or let through is foreseen to be
// refused, nothing that is let through to be asked about, and all that is refused or
// asked about is foreseen to be governed.
func TestTheCorpusIsForeseen(t *testing.T) {
	set, certain := load(t, Files()), []string{}
	for effect, lines := range map[guard.Effect][]string{guard.Deny: refused, guard.Confirm: asked, guard.Allow: allowed} {
		for _, line := range lines {
			governed, refused, asking := false, false, []string(nil)
			for _, step := range shell.List(shell.Script{Shell: "bash", Text: line}).Steps {
				f := set.Foresee(step.Operation)
				governed = governed || len(f.Policies) > 0 || step.Operation.Opaque != "" || set.Unread(step.Operation) // as of no policy: a step of a script is not asked about
				refused = refused || f.Refused()
				asking = append(asking, f.Asking...)
			}
			if refused {
				certain = append(certain, line)
			}
			if refused && effect != guard.Deny {
				t.Errorf("%s: foreseen to be refused, and it is %s", line, effect)
			}
			if len(asking) > 0 && effect == guard.Allow {
				t.Errorf("%s: foreseen to be asked about by %s, and it is let through", line, asking)
			}
			if !governed && effect != guard.Allow {
				t.Errorf("%s: not foreseen to be governed, and it is %s", line, effect)
			}
		}
	}
	for _, line := range []string{"rm -rf /", "rm -rf /etc", "sudo rm -rf --no-preserve-root /", "rm -rf /home", "rmdir /mnt", "mv /etc /etc.old", "find / -delete"} {
		if !slices.Contains(certain, line) {
			t.Errorf("%s: not foreseen to be refused", line)
		}
	}
}
