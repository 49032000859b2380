package shell

import (
	"slices"
	"testing"

	"blastguard/guard"
)

func TestArgvIsTakenAsItIs(t *testing.T) {
	tests := []struct {
		name string
		argv []string
		want []string
	}{
		{"no expansion outside a shell", []string{"rm", "-rf", "$X", "*", "~", "{a,b}", "$(mv a b)"}, []string{"rm -rf '$X' '*' '~' '{a,b}' '$(mv a b)'"}},
		{"operators are words", []string{"echo", "a", "&&", "rm", "-rf", "/", ">", "f"}, []string{"echo a '&&' rm -rf / '>' f"}},
		{"invalid UTF-8", []string{"rm", "\xff\n\x1b"}, []string{`rm $'\xff\n\x1b'`}},
		{"nothing at all", nil, []string{"<>    # OPAQUE: no program is named"}},
		{"an empty program", []string{""}, []string{"<>    # OPAQUE: the program has no name"}},
		{"a program that is a directory", []string{"/bin/"}, []string{"<>    # OPAQUE: the program has no name"}},
		{"an empty argument", []string{"rm", ""}, []string{"rm ''"}},
		{"a shell text in argv", []string{"sh", "-c", "rm $X"}, []string{"rm <$X…>    # via sh -c"}},
		{"sudo in argv", []string{"sudo", "-u", "postgres", "rm", "$X"}, []string{"rm '$X'    # via sudo -u postgres; as postgres"}},
		{"find with a semicolon", []string{"find", ".", "-exec", "rm", "{}", ";"}, []string{"find . -exec rm '{}' ';'", "rm <{}>    # via find -exec"}},
		{"a program called like a builtin", []string{"echo", "x"}, []string{"echo x"}},
		{"a shell by its path", []string{"/bin/bash", "-c", "rm x"}, []string{"rm x    # via /bin/bash -c"}},
		{"env --split-string in one word", []string{"env", "-Srm x"}, []string{"rm x    # via env '-Srm x' | env"}},
		{"timeout without a program", []string{"timeout", "5"}, []string{"timeout 5"}},
		{"xargs with a nul replacement", []string{"xargs", "-I", "", "rm", "x"}, []string{"rm x    # via xargs -I ''"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, op := range Operations(test.argv, here()) {
				if op.Opaque != "" && op.Program == "" {
					op.Path = ""
				}
				got = append(got, shown(op))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestEnvironmentIsWhatIsCertain(t *testing.T) {
	tests := []struct {
		text     string
		name     string
		value    string
		set      bool
		complete bool
	}{
		{"rm x", "HOME", "/home/me", true, true},
		{"A=b rm x", "A", "b", true, true},
		{"env A=b rm x", "A", "b", true, true},
		{`A="$X" rm x`, "A", "", false, false},
		{"env -i A=b rm x", "HOME", "", false, true},
		{"env -u HOME rm x", "HOME", "", false, true},
		{"sudo rm x", "HOME", "", false, false},
		{"sudo A=b rm x", "A", "b", true, false},
		{"sudo -i rm x", "HOME", "/root", true, false},
		{"HOME=/x; rm x", "HOME", "", false, false},
		{"A=b; rm x", "A", "", false, true},
		{"read HOME; rm x", "HOME", "", false, false},
		{`((HOME = 1)); rm x`, "HOME", "", false, false},
		{`: ${HOME:=/x}; rm x`, "HOME", "", false, false},
		{`read "$N"; rm x`, "HOME", "", false, false},
		{`eval "$X"; rm x`, "HOME", "", false, false},
		{"bash -lc 'rm x'", "HOME", "", false, false},
		{"exec -c rm x", "HOME", "", false, true},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			ops := Text(test.text, here())
			op := ops[len(ops)-1]
			value, set := op.Env[test.name]
			if op.Program != "rm" || value != test.value || set != test.set || op.EnvComplete != test.complete {
				t.Errorf("got %q %q %v, complete %v", op.Program, value, set, op.EnvComplete)
			}
		})
	}
}

func TestTheCallersContextIsNotChanged(t *testing.T) {
	in := here()
	env := slices.Clone(in.Env)
	Text("A=b rm x; env -u HOME rm y; export HOME=/x", in)
	if !slices.Equal(in.Env, env) {
		t.Errorf("Env is now %q", in.Env)
	}
	argv := []string{"sudo", "rm", "x"}
	Operations(argv, in)
	if !slices.Equal(argv, []string{"sudo", "rm", "x"}) {
		t.Errorf("argv is now %q", argv)
	}
}

func TestADirectoryThatIsNotAbsoluteIsNotKnown(t *testing.T) {
	for _, dir := range []string{"", "rel", "./x"} {
		op := Text("rm x", Context{Dir: dir})[0]
		if op.Dir.Reading == guard.Literal || op.Account.Known {
			t.Errorf("%q: dir %+v, account %+v", dir, op.Dir, op.Account)
		}
	}
}

func TestEveryUnknownWordSaysWhy(t *testing.T) {
	for _, text := range handWritten {
		for _, op := range Text(text, here()) {
			for _, word := range append(slices.Clone(op.Args), op.Dir) {
				if word.Reading != guard.Literal && word.Reason == "" {
					t.Errorf("%q: %s: no reason for %q", text, shown(op), word.Text)
				}
			}
		}
	}
}

func TestInterpreterKnowsScriptHosts(t *testing.T) {
	tests := []struct {
		path string
		want bool
	}{
		{"python3.11", true}, {"/usr/bin/perl", true}, {"make", true}, {"ansible-playbook", true}, {"./deploy", true}, {"bin/migrate", true},
		{"deploy.sh", true}, {"/opt/x/run.py", true}, {"bash", true}, {"node", true}, {"lua5.4", true},
		{"rm", false}, {"/bin/rm", false}, {"git", false}, {"mkfs.ext4", false}, {"s3-capacity", false}, {"", false}, {"7z", false},
	}
	for _, test := range tests {
		op := guard.Operation{Program: base(test.path), Path: test.path}
		if got := Interpreter(op); got != test.want {
			t.Errorf("%q: %v, want %v", test.path, got, test.want)
		}
	}
	if Interpreter(guard.Operation{Program: "source", Path: "source", Builtin: true}) {
		t.Error("a builtin is no interpreter")
	}
}
