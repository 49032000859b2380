package shell

import (
	"strings"
	"testing"
	"unicode/utf8"

	"blastguard/guard"
)

// ranWith is what an operation runs on which known words, without how it was
// reached.
func ranWith(op guard.Operation) string {
	var b strings.Builder
	b.WriteString(op.Program)
	for _, word := range op.Args {
		switch word.Reading {
		case guard.Literal:
			b.WriteString("\x00=" + word.Text)
		case guard.OneWord:
			b.WriteString("\x00?")
		default:
			b.WriteString("\x00*")
		}
	}
	if op.Opaque != "" {
		b.WriteString("\x00opaque")
	}
	return b.String() + "\x00" + op.On
}

func programs(ops []guard.Operation) string {
	var all []string
	for _, op := range ops {
		all = append(all, ranWith(op))
	}
	return strings.Join(all, "\n")
}

func singleQuoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// A wrapper changes who runs something and where, never what is run.
func FuzzText(f *testing.F) {
	for _, text := range handWritten {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ops := Text(text, here())
		if len(ops) == 0 {
			t.Fatal("no operation at all")
		}
		if strings.Contains(text, "\x00") || len(text) > 10_000 || !utf8.ValidString(text) {
			return
		}
		for _, op := range ops {
			if op.Program == "" && op.Opaque == "" {
				t.Errorf("%q: neither a program nor opaque: %+v", text, op)
			}
			if strings.HasPrefix(op.Opaque, "guard failed") {
				t.Errorf("%q: %s", text, op.Opaque)
			}
		}
		want := programs(Operations([]string{"bash", "-c", text, "name"}, here()))
		for _, argv := range [][]string{
			{"sudo", "-u", "postgres", "bash", "-c", text, "name"},
			{"env", "A=b", "nice", "timeout", "5", "bash", "-c", text, "name"},
			{"find", ".", "-name", "x", "-exec", "bash", "-c", strings.ReplaceAll(text, "{}", ""), "name", ";"},
		} {
			if argv[0] == "find" || strings.Contains(text, "~") || strings.Contains(want, "cd") {
				continue // find adds itself; homes and directories depend on the account
			}
			if got := programs(Operations(argv, here())); got != want {
				t.Errorf("%q behind %s:\ngot  %q\nwant %q", text, argv[0], got, want)
			}
		}
		if got := programs(Text("bash -c "+singleQuoted(text)+" name", here())); got != want && !strings.Contains(text, "\r\n") && !strings.Contains(got, "inside each other") {
			t.Errorf("%q in bash -c:\ngot  %q\nwant %q", text, got, want)
		}
	})
}

// Wrapping argv in anything that runs it as it stands leaves the same program.
func FuzzArgv(f *testing.F) {
	f.Add("rm", "-rf", "/")
	f.Add("sh", "-c", "rm -rf /")
	f.Add("find", ".", "-delete")
	f.Add("sudo", "-u", "x")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		argv := []string{a, b, c}
		ops := Operations(argv, here())
		if len(ops) == 0 {
			t.Fatal("no operation at all")
		}
		if a == "" || strings.HasPrefix(a, "-") || strings.Contains(a, "=") || strings.Contains(a+b+c, "\x00") {
			return
		}
		want := programs(ops)
		for _, wrap := range [][]string{{"nohup"}, {"sudo", "-n"}, {"timeout", "5"}, {"env", "A=b"}, {"setsid", "nice", "-n", "3"}} {
			got := programs(Operations(append(wrap, argv...), here()))
			if got != want {
				t.Errorf("%q behind %q:\ngot  %q\nwant %q", argv, wrap, got, want)
			}
		}
	})
}
