package policies

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"blastguard/guard"
)

// doomed are paths that no spelling of rm -rf may get past the shipped policies.
func doomed() []string {
	return strings.Fields("/ /bin /boot /boot/grub /dev /etc /etc/ssh /etc/passwd /home /home/operator /home/other /lib /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/lib /usr/local /var /var/lib /var/log")
}

// speller writes one command in some of its many ways.
type speller struct {
	*rand.Rand
	world world
}

func (s speller) oneOf(texts ...string) string { return texts[s.IntN(len(texts))] }

// path is another way to write a path, from /work.
func (s speller) path(target string) string {
	if s.IntN(6) == 0 {
		target = ".." + target // /work is one below the root
	}
	var b strings.Builder
	parts := strings.Split(target, "/")
	for i, part := range parts {
		if i > 0 {
			b.WriteString(s.oneOf("/", "/", "//", "/./", "///"))
		}
		b.WriteString(part)
		at := s.world.resolve("/work/"+b.String(), true)
		if strings.HasPrefix(b.String(), "/") {
			at = s.world.resolve(b.String(), true)
		}
		if at == "/" && part != "" && part != ".." && s.IntN(4) == 0 {
			b.WriteString("/..")
		}
		if s.IntN(5) == 0 && i < len(parts)-1 && part != "" && part != ".." && s.world.resolve(at, false) == at {
			if child := s.child(at); child != "" {
				b.WriteString("/" + child + "/..")
			}
		}
	}
	text := b.String()
	if strings.HasSuffix(target, "/") || s.world["/"+strings.Trim(target, "./")] == file {
		return text
	}
	return text + s.oneOf("", "", "/", "/.", "//", "/./")
}

// child is the first directory in dir, no link.
func (s speller) child(dir string) string {
	first := ""
	for name, kind := range s.world {
		if rest, found := strings.CutPrefix(name, strings.TrimSuffix(dir, "/")+"/"); found && kind == directory && rest != "" && !strings.Contains(rest, "/") {
			if first == "" || rest < first {
				first = rest
			}
		}
	}
	return first
}

// argv is rm with its flags and one doomed path, among others or alone.
func (s speller) argv(path string) []string {
	flags := strings.Fields(s.oneOf("-rf", "-fr", "-r -f", "-R", "-Rvf", "--recursive --force", "--rec -f", "-f -r --verbose", "-rfv --one-file-system", "--no-preserve-root -rf", "-rf --interactive=never"))
	words := []string{path}
	if s.IntN(3) == 0 {
		words = append([]string{s.oneOf("build", "none", "/work/notes.txt")}, words...)
	}
	if s.IntN(3) == 0 {
		words = append(words, s.oneOf("build", "none"))
	}
	program := s.oneOf("rm", "/bin/rm", "/usr/bin/rm")
	switch {
	case s.IntN(4) == 0:
		return append([]string{program}, append(words, flags...)...)
	case s.IntN(3) == 0:
		return append([]string{program}, append(append(flags, "--"), words...)...)
	default:
		return append([]string{program}, append(flags, words...)...)
	}
}

// wrap puts wrappers around argv, some of which read it as shell text.
func (s speller) wrap(argv []string) []string {
	for range s.IntN(3) {
		switch s.IntN(4) {
		case 0:
			argv = []string{s.oneOf("sh", "bash", "/bin/sh"), "-c", s.text(argv)}
		case 1:
			argv = append(strings.Fields(s.oneOf("busybox", "command", "nohup", "setsid")), plainProgram(argv)...)
		default:
			argv = append(strings.Fields(s.oneOf("sudo", "sudo -n", "sudo -u root", "env A=b", "env -i", "nice -n 5", "nice", "timeout 5", "ionice -c 3", "stdbuf -o0", "doas", "time")), argv...)
		}
	}
	return argv
}

func plainProgram(argv []string) []string {
	if strings.HasSuffix(argv[0], "/rm") {
		return append([]string{"rm"}, argv[1:]...)
	}
	return argv
}

// text is shell text that runs argv.
func (s speller) text(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = s.quote(word)
	}
	line := strings.Join(words, s.oneOf(" ", "  ", "\t", " \\\n"))
	if s.IntN(10) == 0 {
		return "eval '" + strings.ReplaceAll(line, "'", `'\''`) + "'"
	}
	return fmt.Sprintf(s.oneOf("%s", "%s", "( %s )", "true && %s", "false || %s", "cd .; %s", "{ %s; }", "echo x | %s", "if true; then %s; fi", "%s 2>/dev/null"), line)
}

func (s speller) quote(word string) string {
	if word == "" || strings.ContainsAny(word, "'\\\n\t \"&|;()<>$`!{}[]*?#~=%") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	switch s.IntN(6) {
	case 0:
		return "'" + word + "'"
	case 1:
		return `"` + word + `"`
	case 2:
		return "$'" + word + "'"
	case 3:
		at := s.IntN(len(word))
		return word[:at] + "'" + word[at:] + "'"
	case 4:
		at := s.IntN(len(word))
		return word[:at] + `\` + word[at:]
	default:
		return word
	}
}

func spell(seed uint64) (argv []string, path string) {
	s := speller{rand.New(rand.NewPCG(seed, 1)), newWorld()}
	targets := doomed()
	path = targets[s.IntN(len(targets))]
	return s.wrap(s.argv(s.path(path))), path
}

// FuzzSpellingsOfRemoval: rm -rf of a protected path is refused, however flags,
// quotes, wrappers and the path are written.
func FuzzSpellingsOfRemoval(f *testing.F) {
	for seed := range uint64(400) {
		f.Add(seed)
	}
	set, w := load(f, Files()), newWorld()
	f.Fuzz(func(t *testing.T, seed uint64) {
		argv, path := spell(seed)
		if got := w.decideArgv(t, set, argv); got.Effect != guard.Deny {
			t.Errorf("%s (%s): got %s\n%s", guard.CommandLine(argv), path, got.Effect, explain(got))
		}
	})
}
