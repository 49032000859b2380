package dryrun

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// small is a set in which rm is governed, and reboot asked about.
const small = `
command "rm" {
  program = "rm"
  flag "recursive" {
    short = ["r", "f"]
    type  = bool
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}
command "reboot" {
  program = "reboot"
}
command "perl" {
  program = "perl"
  operand "words" {
    type = list(string)
  }
}
policy "old" {
  applies_to = [command.perl]
  rule "never" {
    condition     = false
    error_message = "it is not used here"
  }
}
policy "precious" {
  applies_to  = [command.rm]
  enforcement = "soft-mandatory"
  rule "keep" {
    condition     = !contains(arg.paths, "precious")
    error_message = "it is precious"
  }
}
policy "system" {
  applies_to = [command.rm]
  rule "keep" {
    condition = !contains(arg.paths, "/etc")
  }
}
policy "stop" {
  applies_to = [command.reboot]
  confirm {
    type = host.name
  }
}
`

func config(t *testing.T, dir string) Config {
	t.Helper()
	set, diagnostics := policy.Load([]guard.PolicyFile{{Path: "small.hcl", Content: small, Origin: guard.HostFile}}, policy.Options{})
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	return Config{Policies: func() (*policy.Set, error) { return set, nil }, Dir: dir}
}

// write makes the files of a dry run, with their modes.
func write(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// lines are the findings as the cases write them: "file:line verdict".
func lines(run guard.DryRun) []string {
	got := []string{}
	for _, found := range run.Findings {
		got = append(got, fmt.Sprintf("%s:%d %s", found.File, found.Line, found.Verdict))
	}
	return got
}

func TestEachLineHasItsVerdict(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       guard.Foreseen
		reason     string // a part of it, or of the first failed check
		status     int    // of the whole
	}{
		{"no policy speaks of it", "echo done", guard.NotGoverned, "", guard.StatusWouldRun},
		{"it depends on what is measured", "rm -r old", guard.WillDepend, "", guard.StatusWouldRun},
		{"a word that is not known may be anything", `rm -r "$X"`, guard.WillDepend, "", guard.StatusWouldRun},
		{"a check fails on every host", "rm -r precious", guard.WillBeRefused, "it is precious", guard.StatusRefused},
		{"a known variable", "X=precious\nrm -r \"$X\"", guard.WillBeRefused, "it is precious", guard.StatusRefused},
		{"behind wrappers", "sudo env A=b rm -r precious", guard.WillBeRefused, "it is precious", guard.StatusRefused},
		{"in a branch that may not be taken", "if false; then rm -r precious; fi", guard.WillBeRefused, "it is precious", guard.StatusRefused},
		{"a person is asked whatever is measured", "reboot", guard.WillBeAsked, "", guard.StatusWouldAsk},
		{"another language", "python3 x.py", guard.CannotBeRead, "does not read what python3 runs", guard.StatusWouldAsk},
		{"another language that is refused", "perl x.pl", guard.WillBeRefused, "it is not used here", guard.StatusRefused},
		{"text that is made when it runs", `eval "$X"`, guard.CannotBeRead, "", guard.StatusWouldAsk},
		{"a program whose name is not known", `$X -r old`, guard.CannotBeRead, "", guard.StatusWouldAsk},
		{"another host", "ssh db2 migrate", guard.CannotBeRead, "the shell on db2 runs it", guard.StatusWouldAsk},
		{"what is governed there too", "ssh db2 rm -r old", guard.WillDepend, "", guard.StatusWouldRun},
		{"a text that ends too early", "rm -r old\nif true; then\n", guard.IsFlawed, "must be followed by", guard.StatusRefused},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := config(t, "")
			c.Stdin = strings.NewReader(test.text)
			run, err := Files(c, []string{"-"})
			if err != nil || len(run.Findings) == 0 {
				t.Fatalf("%+v %v", run, err)
			}
			last := run.Findings[len(run.Findings)-1]
			said := last.Reason
			for _, check := range last.Checks {
				said += check.Message
			}
			if last.Verdict != test.want || !strings.Contains(said, test.reason) || run.Status != test.status {
				t.Errorf("%s %q, status %d; want %s %q, status %d", last.Verdict, said, run.Status, test.want, test.reason, test.status)
			}
		})
	}
}

func TestStrictCountsWhatDependsAsAsked(t *testing.T) {
	for text, want := range map[string]int{"rm -r old": guard.StatusWouldAsk, "echo done": guard.StatusWouldRun, "rm precious": guard.StatusRefused} {
		c := config(t, "")
		c.Strict, c.Stdin = true, strings.NewReader(text)
		if run, err := Files(c, []string{"-"}); err != nil || run.Status != want {
			t.Errorf("%s: status %d %v, want %d", text, run.Status, err, want)
		}
	}
}

func TestBlocksOfARunbookStandAtTheLinesOfThePage(t *testing.T) {
	dir := write(t, map[string]string{"page.md": strings.ReplaceAll(`# Wipe

'''console
maria@db2:~$ rm -r old
removed old
maria@db2:~$ sudo \
> reboot
'''

'''sh
rm -r <precious>
echo "
'''

'''console
mysql> DROP DATABASE pool;
'''

'''python
rm -r precious
'''

'''
+---+
'''

'''sh
rm -r open`, "'''", "```")})
	run, err := Files(config(t, dir), []string{"page.md"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"page.md:4 depends", "page.md:6 asked", "page.md:11 depends", "page.md:12 error", "page.md:15 opaque", "page.md:28 depends",
	}
	if got := lines(run); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if first := run.Findings[0]; first.Column != 14 {
		t.Errorf("the prompt is no part of the command: column %d", first.Column)
	}
	if second := run.Findings[1]; second.EndLine != 7 {
		t.Errorf("it goes on to line %d, want 7", second.EndLine)
	}
	notes := []string{
		"page.md: not read: 1 block without a language, the first at line 23; write sh, bash or console after the fence of those that are to be run",
		"page.md:27: the block is not closed; it was read to the end of the page",
	}
	for _, note := range notes {
		if !slices.Contains(run.Notes, note) {
			t.Errorf("%q is not said; said was %q", note, run.Notes)
		}
	}
}

func TestAFileIsReadInItsLanguage(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"plain":          {"rm -r old", "depends"},
		"x.bash":         {"rm -r old", "depends"},
		"x.ksh":          {"rm -r old", "depends"},
		"x.yaml":         {"rm: precious", "opaque"},
		"x.py":           {"rm = 1", "opaque"},
		"Makefile":       {"all:\n\trm -r old", "opaque"},
		"x.fish":         {"rm -r old", "opaque"},
		"perl":           {"#!/usr/bin/perl\nrm -r old", "opaque"},
		"x.pl":           {"#!/bin/bash\nrm -r old", "depends"}, // the first line counts, not the name
		"sub/Dockerfile": {"RUN rm -r old", "opaque"},
	} {
		dir := write(t, map[string]string{name: test.text})
		run, err := Files(config(t, dir), []string{name})
		if err != nil || len(run.Findings) != 1 || string(run.Findings[0].Verdict) != test.want {
			t.Errorf("%s: %+v %v, want %s", name, run.Findings, err, test.want)
		}
	}
}

func TestScriptsThatScriptsReadAreListedOnce(t *testing.T) {
	dir := write(t, map[string]string{
		"all.sh":     ". ./lib/a.sh\n./lib/b.sh\nbash lib/b.sh\n. /etc/profile\n",
		"lib/a.sh":   "wipe() { rm -r \"$1\"; }\n. ./all.sh\n",
		"lib/b.sh":   "#!/bin/sh\nrm -r precious\n",
		"lib/c.sh":   "rm -r precious\n",
		"lib/loop/x": "",
	})
	run, err := Files(config(t, dir), []string{"all.sh"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"all.sh:1 ungoverned", "all.sh:2 ungoverned", "all.sh:3 ungoverned", "all.sh:4 opaque",
		"lib/a.sh:1 depends", "lib/a.sh:2 ungoverned", "lib/b.sh:2 refused",
	}
	if got := lines(run); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if reason := run.Findings[3].Reason; !strings.HasSuffix(reason, "(it is a file on the host that this will run on)") {
		t.Errorf("an absolute path: %q", reason)
	}
	if run.Findings[0].Reads != "lib/a.sh" {
		t.Errorf("the first reads %q", run.Findings[0].Reads)
	}
}

func TestNoMoreScriptsAreFollowedThanTheBoundSays(t *testing.T) {
	files := map[string]string{"x.sh": ""}
	for i := range maxFollowed + 3 {
		files["x.sh"] += fmt.Sprintf(". ./%d.sh\n", i)
		files[fmt.Sprintf("%d.sh", i)] = "rm -r old\n"
	}
	run, err := Files(config(t, write(t, files)), []string{"x.sh"})
	if err != nil || run.Counts.Depends != maxFollowed-1 || len(run.Notes) != 4 {
		t.Errorf("%+v %q %v", run.Counts, run.Notes, err)
	}
}

func TestWhatCannotBeListedIsAnError(t *testing.T) {
	dir := write(t, map[string]string{"large": strings.Repeat("#", maxScriptBytes+1)})
	for name, want := range map[string]string{
		"none.sh": "--script none.sh: no such file or directory",
		".":       "--script .: it is no regular file",
		"large":   "--script large: it is larger than 1048576 bytes",
		"":        `--script "": no file is named`,
	} {
		if _, err := Files(config(t, dir), []string{name}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	c := config(t, dir)
	c.Stdin = strings.NewReader(strings.Repeat("#", maxScriptBytes+1))
	if _, err := Files(c, []string{"-"}); err == nil || err.Error() != "standard input is larger than 1048576 bytes" {
		t.Errorf("standard input: %v", err)
	}
	broken := Config{Policies: func() (*policy.Set, error) { return nil, os.ErrPermission }}
	if _, err := Files(broken, []string{"-"}); err != os.ErrPermission {
		t.Errorf("without policies: %v", err)
	}
}
