package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"blastguard/guard"
)

type execProbe struct{ env []string }

func execKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "exec",
		Params: []guard.ProbeParam{
			{Name: "argv", Type: guard.ListParam, Required: true, Doc: "the program and its arguments; never a shell's text"},
			{Name: "operands", Type: guard.ListParam, Doc: "more words behind argv; when there are none, the program is not run: it might look at everything then"},
			{Name: "if_empty", Type: guard.AnyParam, Doc: "the answer when there are no operands; without it, that is unknown"},
			{Name: "env", Type: guard.ListParam, Check: checkPassed, Doc: "names of variables of the command's environment that it gets too; a last * stands for all that begin so. Their values are not recorded"},
			{Name: "dir", Type: guard.StringParam, Check: checkDir, Doc: "the absolute path of the directory that it runs in; absent: /"},
			{Name: "decode", Type: guard.StringParam, Words: decodings, Doc: "json, csv, lines, number; none (the default): only that it exits with 0"},
		},
		Anywhere: true, Environ: ExecEnv(),
		Doc: "what a program prints: run without stdin, in / or dir, with a fixed PATH and LC_ALL=C; it must exit with 0",
	}
}

// answer runs the program and decodes what it prints. With decode none the
// value is true: the program exited with 0.
func (p execProbe) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	argv, err := list(args["argv"])
	if err != nil {
		return nil, nil, fmt.Errorf("exec: argv: %w", err)
	}
	decoder, err := decoderFor(text(args["decode"]))
	if err != nil {
		return nil, nil, err
	}
	program, err := findProgram(argv)
	if err != nil {
		return nil, nil, err
	}
	names, err := list(args["env"])
	if err != nil {
		return nil, nil, fmt.Errorf("exec: env: %w", err)
	}
	output, err := run(ctx, program, argv, execEnv(p.variables(variablesOf(ctx)), names), cmp.Or(text(args["dir"]), "/"))
	if err != nil {
		return nil, nil, err
	}
	evidence := []string{fmt.Sprintf("ran %s, which printed %s", guard.CommandLine(argv), guard.Plural(len(output), "byte", "bytes"))}
	if decoder == nil {
		return true, evidence, nil
	}
	value, err := decoder(output)
	if err != nil {
		return nil, evidence, fmt.Errorf("%s printed what it should not: %w; run it by hand", argv[0], err)
	}
	return value, evidence, nil
}

// findProgram looks a program up in the fixed PATH. A path must be absolute.
func findProgram(argv []string) (string, error) {
	switch {
	case len(argv) == 0 || argv[0] == "":
		return "", errors.New("exec: argv names no program")
	case filepath.IsAbs(argv[0]):
		return argv[0], nil
	case strings.Contains(argv[0], "/"):
		return "", fmt.Errorf("exec %s: a path must be absolute", argv[0])
	}
	for _, dir := range strings.Split(execPath, ":") {
		path := filepath.Join(dir, argv[0])
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("exec %s: not found in %s: install it, or name it by an absolute path", argv[0], execPath)
}

// pipePatience is how long a program's descendants may hold its output open
// after it has ended.
const pipePatience = 250 * time.Millisecond

// run returns what the program printed, when it exited with 0. At the deadline,
// or when it prints too much, its whole process group is killed.
func run(ctx context.Context, program string, argv, env []string, dir string) ([]byte, error) {
	ctx, flooded := context.WithCancelCause(ctx)
	defer flooded(nil)
	stdout := &capture{limit: maxOutput, full: func() { flooded(errFlood) }}
	stderr := &capture{limit: 4096}
	cmd := exec.CommandContext(ctx, program)
	cmd.Args, cmd.Env, cmd.Dir = argv, env, dir
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = pipePatience
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
	err := cmd.Run()
	switch {
	case errors.Is(context.Cause(ctx), errFlood):
		return nil, fmt.Errorf("exec %s: %w", argv[0], errFlood)
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, exec.ErrWaitDelay):
		killGroup(cmd.Process.Pid) // what is left of it; an error means nothing is
		return nil, fmt.Errorf("exec %s: it ended, but a process it started still holds its output", argv[0])
	case err != nil:
		return nil, failure(argv[0], dir, err, stderr.data)
	default:
		return stdout.data, nil
	}
}

// killGroup kills a program and everything it started that did not leave its
// process group.
func killGroup(pid int) error {
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// failure says how a program ended, in its own words where it has any.
func failure(name, dir string, err error, stderr []byte) error {
	var exit *exec.ExitError
	switch {
	case !errors.As(err, &exit) && dir != "/" && !isDir(dir):
		return fmt.Errorf("exec %s: %s is no directory that it could run in", name, guard.Printable(dir))
	case !errors.As(err, &exit) && errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("exec %s: not found, or what it needs to start is not", name)
	case !errors.As(err, &exit):
		return fmt.Errorf("exec %s: %w", name, err)
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(stderr)), "\n")
	if line == "" {
		return fmt.Errorf("exec %s: %v, without a word on stderr; run it by hand", name, exit)
	}
	return fmt.Errorf("exec %s: %v: %s", name, exit, guard.Printable(line))
}

func isDir(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

func checkDir(value any) error {
	if dir := text(value); !filepath.IsAbs(dir) {
		return fmt.Errorf("%q is no absolute path", dir)
	}
	return nil
}

var errFlood = errors.New("it prints more than 1 MiB; ask it for less")

// capture keeps what is written up to its limit, then calls full once. The
// rest is thrown away.
type capture struct {
	data  []byte
	limit int
	full  func()
}

func (c *capture) Write(text []byte) (int, error) {
	room := c.limit - len(c.data)
	if len(text) <= room {
		c.data = append(c.data, text...)
		return len(text), nil
	}
	c.data = append(c.data, text[:room]...)
	if c.full != nil {
		c.full()
		c.full = nil
	}
	return len(text), nil
}
