package policies

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// What the tools of this machine do with an image when they are told to do
// nothing. IMG stands for it; what is not installed is skipped by name.
var harmlessLines = []string{
	"mkfs.ext4 -F -n IMG", "mkfs.ext4 -F IMG -n", "mkfs.ext4 -F -S -n IMG", "mkfs.ext4 -F -V IMG", "mke2fs -t ext3 -n IMG",
	"mkfs.xfs -f -N IMG", "mkfs.xfs -f IMG -N", "mkfs.xfs -f IMG -V", "mkfs.btrfs -f IMG -V", "mkfs.btrfs -f --help IMG",
	"mkfs.vfat IMG --help", "mkdosfs --help IMG", "mkfs.minix IMG -V", "mkfs.minix --help IMG", "mkfs.jfs -q IMG -V", "mkfs.f2fs -f -V IMG",
	"mkfs.exfat IMG -V", "mkfs.exfat IMG --help", "mkntfs -F -n IMG", "mkntfs -F IMG --no-action", "mkntfs -F IMG -V", "mkntfs -F -l IMG",
	"mkswap -f IMG -V", "mkswap IMG --help", "blkdiscard IMG -V", "blkdiscard --help IMG",
	"wipefs -an IMG", "wipefs IMG --all --no-act", "wipefs -a -h IMG", "wipefs -o 0x438 -n IMG", "wipefs -a IMG -V",
	"sgdisk -Z IMG -P", "sgdisk --pretend --zap-all IMG", "sgdisk -o -n 1:0:0 IMG --pretend", "sgdisk -Z IMG --help", "sgdisk -Z --usage IMG",
	"sfdisk --delete IMG --no-act", "sfdisk -n --delete IMG", "sfdisk --delete IMG -v", "sfdisk -l IMG", "fdisk -l IMG", "fdisk IMG -V", "fdisk -x -w always IMG",
	"gdisk -l IMG", "parted -s IMG mklabel gpt -l", "parted -s -l IMG mklabel gpt", "parted -s IMG mklabel gpt --help", "parted -s IMG print",
	"mdadm --zero-superblock IMG --help", "mdadm --zero-superblock IMG -V", "cryptsetup -q luksFormat IMG --test-args", "cryptsetup -q luksFormat IMG -V",
	"cryptsetup -q luksFormat --usage IMG", "xfs_repair -f -n IMG", "xfs_repair -f -L -n IMG", "xfs_repair -L -f IMG -V", "resize2fs -f IMG 200M -P", "resize2fs -f -M -P IMG",
	"shred IMG --help", "truncate -s 0 IMG --version", "chmod --help IMG", "chown --reference IMG --help", "rm -f IMG --help", "mv IMG --help IMG.old", "dd of=IMG --help",
}

// And some that do not: the twins of lines above.
var harmfulLines = []string{
	"mkfs.ext4 -F -L -n IMG", "mkfs.xfs -f -L -N IMG", "mkfs.xfs -f -n size=8192 IMG", "mkfs.vfat -n x IMG", "mkfs.minix -n 30 IMG",
	"mkswap -f -L -V IMG", "wipefs -a IMG", "sgdisk -Z IMG -V", "sgdisk --version -o IMG", "sfdisk -l --delete IMG", "parted -s IMG mklabel gpt", "resize2fs -f IMG 200M",
	"truncate -s 0 -- IMG --help",
}

func TestHarmlessLinesAreHarmless(t *testing.T) {
	set := load(t, Files())
	for _, line := range harmlessLines {
		if changed, decided := runTool(t, set, line); changed || decided != guard.Allow {
			t.Errorf("%s: changed the image: %t; guard says %s", line, changed, decided)
		}
	}
	for _, line := range harmfulLines {
		if changed, decided := runTool(t, set, line); !changed || decided == guard.Allow && !strings.HasPrefix(line, "truncate") {
			t.Errorf("%s: changed the image: %t; guard says %s", line, changed, decided)
		}
	}
}

// runTool runs a line on an image of its own and says whether that was written
// to or is gone, and what guard would have said. What is not installed changes
// what is wanted of it.
func runTool(t *testing.T, set *policy.Set, line string) (changed bool, decided guard.Effect) {
	t.Helper()
	words := strings.Fields(line)
	image := filepath.Join(t.TempDir(), "disk.img")
	program, err := exec.LookPath(words[0])
	if err != nil {
		t.Logf("%s is not installed: %q is not run", words[0], line)
		return strings.Contains(strings.Join(harmfulLines, "\n"), line), decide(t, set, line)
	}
	made := time.Unix(1_000_000_000, 0)
	makeImage(t, image, words[0], made)
	before, err := os.Stat(image)
	if err != nil {
		t.Fatal(err)
	}
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "IMG", image)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, program, words[1:]...)
	command.Dir = filepath.Dir(image)
	_ = command.Run() // its status is its own affair
	after, err := os.Stat(image)
	changed = err != nil || !after.ModTime().Equal(made) || after.Size() != before.Size() || after.Mode() != before.Mode()
	return changed, decide(t, set, line)
}

// makeImage makes a file of 320 MiB that holds nearly nothing, with a file system
// of the kind that the tool repairs.
func makeImage(t *testing.T, image, tool string, at time.Time) {
	t.Helper()
	if err := os.WriteFile(image, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, 320<<20); err != nil {
		t.Fatal(err)
	}
	var with []string
	switch tool {
	case "wipefs", "resize2fs", "parted":
		with = []string{"mkfs.ext4", "-q", "-F", "-b", "4096", "-N", "64", image}
	case "xfs_repair":
		with = []string{"mkfs.xfs", "-q", image}
	case "sgdisk", "sfdisk", "gdisk", "fdisk":
		with = []string{"parted", "-s", image, "mklabel", "gpt"}
	}
	if with == nil {
		with = []string{"true"}
	}
	if output, err := exec.Command(with[0], with[1:]...).CombinedOutput(); err != nil {
		t.Logf("%s: %v: %s", with[0], err, output)
	}
	if err := os.Chtimes(image, at, at); err != nil {
		t.Fatal(err)
	}
}

func decide(t *testing.T, set *policy.Set, line string) guard.Effect {
	t.Helper()
	return newWorld().decideText(t, set, strings.ReplaceAll(line, "IMG", "disk.img")).Effect
}
