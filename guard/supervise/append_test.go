//go:build linux && (amd64 || arm64)

package supervise_test

import (
	"slices"
	"strings"
	"testing"

	"blastguard/guard/supervise"
)

// What is written to a file of the kernel is done, and nothing in it is lost: a shell
// that opens one is asked about, however it opens it. Other files are added to.
func TestAFileOfTheKernelIsAskedAbout(t *testing.T) {
	const file = "/proc/sys/vm/stat_refresh"
	for _, test := range []struct{ name, shell, script, want string }{
		{"emptied", "sh", "echo 1 > " + file, "truncate --size=0 -- " + file},
		{"appended to", "sh", "echo 1 >> " + file, "append -- " + file},
		{"read and written", "bash", "exec 7<> " + file, "append -- " + file},
		{"by a relative name", "dash", "cd /proc/sys; echo 1 >> vm/stat_refresh", "append -- " + file},
		{"through a link", "bash", "ln -s " + file + " log; echo 1 >> log", "append -- " + file},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.acts = supervise.Acts{Truncate: true, Append: true}
			r.run(test.shell, r.write("script", test.script))
			if got := r.commands(); !slices.Contains(got, test.want) || r.took.Refused == 0 {
				t.Errorf("asked %q, refused %d; want %q", got, r.took.Refused, test.want)
			}
		})
	}
}

func TestAddingToAFileIsNotAsked(t *testing.T) {
	r := newRun(t)
	r.acts = supervise.Acts{Truncate: true, Append: true}
	r.run("bash", "-ec", `
		echo x >> protected; echo x >> new; cat <> protected; exec 7<> new; echo x >> /dev/null; echo x >> /dev/stderr
		cat < /proc/sys/vm/stat_interval; read -r line < /proc/sysrq-trigger || true; echo fine`)
	if len(r.asked) != 0 || !strings.Contains(r.output, "fine") {
		t.Errorf("asked %q; output %q", r.commands(), r.output)
	}
}
