package command

import "testing"

// What a flag names is plain when it is known to do nothing but what it is for.
func TestWhatAFlagNamesIsPlain(t *testing.T) {
	for _, test := range []struct {
		language, text string
		want           bool
	}{
		{Compressor, "zstd", true}, {Compressor, "xz -T0 -9", true}, {Compressor, "pigz -k", true},
		{Compressor, "sh -c id", false}, {Compressor, "xz;id", false}, {Compressor, "xz $(id)", false}, {Compressor, "./xz", false}, {Compressor, "", false}, {Compressor, "xz /etc/passwd", false},
		{RemoteShell, "ssh", true}, {RemoteShell, "ssh -p 22 -i key -o StrictHostKeyChecking=no", true}, {RemoteShell, "/usr/bin/ssh -l a", true},
		{RemoteShell, "rsync", true}, {RemoteShell, "sudo rsync", true}, {RemoteShell, "sudo /usr/bin/rsync", true},
		{RemoteShell, "sh -c id", false}, {RemoteShell, "./ssh", false}, {RemoteShell, "ssh -o ProxyCommand=id", false}, {RemoteShell, "ssh -F cfg", false},
		{RemoteShell, "ssh -o LocalCommand=id", false}, {RemoteShell, "rsync; id", false}, {RemoteShell, "sudo", false}, {RemoteShell, "", false},
		{Shell, "true", false}, {"", "anything", true}, {"none", "x", false},
		{Sed, "s/[/]/[/;e id #]/", false}, {Sed, "s/[/]/x/", true}, {Sed, "y/[/]/", true}, {Sed, "s/a/b/w out", false},
	} {
		if got := plainScript(test.language, test.text); got != test.want {
			t.Errorf("%s %q: %v", test.language, test.text, got)
		}
	}
}
