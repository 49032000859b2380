//go:build linux && (amd64 || arm64)

package main

import (
	"os/exec"
	"strings"
	"testing"
)

// fillsUp leaves fewer and fewer blocks of 1 KiB to a log that is there already, and
// prints the status of the next command, which must be recorded.
const fillsUp = `
truncate -s 8M image && mkfs.ext4 -q -m 0 -b 1024 -O "$1" image && mkdir small && mount -o loop image small || exit 99
for left in 0 8 16 24 32 40 48 64 96 128 256 512 1024; do
  rm -rf small/* && mkdir -m 700 small/log
  "$2" --audit small/log/audit.db true || exit 98
  sync
  blocks=$(($(stat -f -c %f small) - left))
  dd if=/dev/zero of=small/fill bs=1024 count=$blocks 2> /dev/null
  "$2" --audit small/log/audit.db true 2> said
  echo $?
  grep -qs "disk is full" said || cat said
done
umount small
`

// On a full disk whose blocks are smaller than pages, nothing runs and guard says so:
// it does not die of a SIGBUS.
func TestAFullDiskWithSmallBlocksIsSaid(t *testing.T) {
	needs(t, true, "unshare", "mkfs.ext4", "mount")
	for _, features := range []string{"^has_journal", "^has_journal,^extents,^64bit"} {
		t.Run(features, func(t *testing.T) {
			h := newHome(t)
			h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
			guard := h.command()
			cmd := exec.Command("unshare", "--mount", "--propagation", "private", "sh", "-c", fillsUp, "sh", features, guard.Path)
			cmd.Dir, cmd.Env = guard.Dir, guard.Env
			out, err := cmd.CombinedOutput()
			if status := cmd.ProcessState.ExitCode(); status == 99 {
				t.Skipf("no such file system can be had here: %s", out)
			}
			refused, ran := strings.Count(string(out), "125\n"), strings.Count(string(out), "0\n")
			if err != nil || refused == 0 || ran == 0 || refused+ran != strings.Count(string(out), "\n") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
