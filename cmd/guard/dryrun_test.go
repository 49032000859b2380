package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
)

// The example of docs/dry-run.md prints what the page says.
func TestTheDryRunOnThePageIsTheOneThatIsPrinted(t *testing.T) {
	page, err := os.ReadFile("../../docs/dry-run.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "playbook.sh"), []byte(fencedBlock(t, string(page), "bash")), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	w := world{stdout: &stdout, stderr: &stderr, env: []string{"HOME=" + dir}, dir: dir, root: dir, now: machineWorld().now}
	status, _ := run(t.Context(), []string{"guard", "check", "--script", "playbook.sh"}, w)
	if want := fencedBlock(t, string(page), "text"); stdout.String() != want || status != guard.StatusRefused {
		t.Errorf("status %d, printed\n%s%s\nthe page says\n%s", status, stdout.String(), stderr.String(), want)
	}
}

// fencedBlock is the first block of a language.
func fencedBlock(t *testing.T, text, language string) string {
	t.Helper()
	_, after, found := strings.Cut(text, "\n```"+language+"\n")
	block, _, closed := strings.Cut(after, "```\n")
	if !found || !closed {
		t.Fatalf("no block of %s", language)
	}
	return block
}
