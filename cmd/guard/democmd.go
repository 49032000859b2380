package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blastguard/guard"

	"github.com/spf13/cobra"
)

//go:embed demo/*.hcl
var demoPolicies embed.FS

func demoCommand(w world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo [gitlab|s3]",
		Short: "see guard refuse and allow commands in a scratch directory",
		Long: `demo rebuilds a well-known outage in a temporary directory, types its fatal
command there and shows what guard says. Nothing outside that directory is
touched. On a terminal you confirm the commands yourself; elsewhere the demo
answers with --confirm, which its own policies allow.`,
		Example:   "  guard demo gitlab\n  guard demo s3",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: []string{"gitlab", "s3"},
		RunE: func(cmd *cobra.Command, args []string) error {
			name := "gitlab"
			if len(args) == 1 {
				name = args[0]
			}
			return runDemo(cmd.Context(), w, name)
		},
	}
	return cmd
}

func runDemo(ctx context.Context, w world, name string) error {
	stories := map[string]func(context.Context, *stage) error{"gitlab": gitlabStory, "s3": s3Story}
	story, ok := stories[name]
	if !ok {
		return fmt.Errorf("demo %q: want gitlab or s3", guard.Printable(name))
	}
	s, err := newStage(w, name)
	if err != nil {
		return err
	}
	defer s.clear()
	if err := story(ctx, s); err != nil {
		return fmt.Errorf("demo %s: %w", name, err)
	}
	return s.verdict()
}

// stage is the scratch world of a demo, and what went wrong in it.
type stage struct {
	world    world
	name     string
	dir      string
	terminal bool
	declined bool // a person has said no: what would have run did not
	wrong    []string
}

func newStage(w world, name string) (*stage, error) {
	dir, err := os.MkdirTemp("", "guard-demo-")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	content, err := demoPolicies.ReadFile("demo/" + name + ".hcl")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	s := &stage{world: w, name: name, dir: dir, terminal: hasTerminal(w)}
	// A world of its own: no policy or log of this host is read or written.
	s.world.root = filepath.Join(dir, "root")
	s.world.env = append([]string{"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), "XDG_STATE_HOME=" + filepath.Join(dir, "state")},
		without(w.env, "XDG_CONFIG_HOME", "XDG_STATE_HOME", "GUARD_AUDIT", "GUARD_POLICIES")...)
	return s, s.write(name+".hcl", string(content))
}

func hasTerminal(w world) bool {
	tty, err := os.OpenFile(w.tty, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	return tty.Close() == nil
}

func without(env []string, names ...string) []string {
	var kept []string
	for _, pair := range env {
		name, _, _ := strings.Cut(pair, "=")
		if !contains(names, name) {
			kept = append(kept, pair)
		}
	}
	return kept
}

func contains(names []string, name string) bool {
	for _, known := range names {
		if known == name {
			return true
		}
	}
	return false
}

func (s *stage) clear() { os.RemoveAll(s.dir) }

func (s *stage) write(name, content string) error {
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o644)
}

// say tells the story, on stderr like everything that guard says itself.
func (s *stage) say(format string, args ...any) {
	fmt.Fprintf(s.world.stderr, format+"\n", args...)
}

// scene runs one command under guard in a directory of the scratch world, and prints the
// result. want is the expected ending: ran, or refused.
func (s *stage) scene(ctx context.Context, dir, confirm string, ran bool, argv ...string) error {
	w := s.world
	w.dir = filepath.Join(s.dir, dir)
	s.say("\n%s$ guard %s", dir, guard.CommandLine(argv))
	if err := os.Chdir(w.dir); err != nil {
		return err
	}
	o := options{places: placeOptions{noShipped: true, policies: []string{filepath.Join(s.dir, s.name+".hcl")}}}
	if !s.terminal {
		o.confirm = confirm
	}
	status := guard.StatusFailed
	var end ended
	err := runGuarded(ctx, w, o, argv)
	if errors.As(err, &end) {
		status = end.status
		if end.signal != 0 {
			return end
		}
	} else {
		s.say("guard: %v", err)
	}
	if ran && !s.terminal && status == 0 {
		s.say("(there is no terminal: it was answered with --confirm %q)", confirm)
	}
	s.say("exit status %d", status)
	if ran && s.terminal && status == guard.StatusRefused {
		s.declined = true
		s.say("(it was not confirmed, so nothing was run, and the story goes on)")
		return nil
	}
	if s.terminal && s.declined && !ran && status == 0 {
		return nil // confirmed now: what it was to be refused for has not happened
	}
	s.expect((status == 0) == ran && (ran || status == guard.StatusRefused),
		fmt.Sprintf("in %s: exit status %d was not expected here", dir, status))
	return nil
}

// expect records otherwise as a failure of the demo unless ok.
func (s *stage) expect(ok bool, otherwise string) {
	if !ok {
		s.wrong = append(s.wrong, otherwise)
	}
}

// verdict ends the demo: with 0 when the story went as it should.
func (s *stage) verdict() error {
	if len(s.wrong) == 0 {
		s.say("\nEverything above is in an audit log; guard history shows yours.")
		return nil
	}
	for _, line := range s.wrong {
		s.say("guard: demo: %s", line)
	}
	return ended{ending{status: 1}}
}
