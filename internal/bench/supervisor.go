package main

import (
	"fmt"
	"os/exec"
	"strconv"
	"syscall"
)

// memory compares what the supervisor takes for 10,000 programs with what it
// takes for 100,000.
func (b *bench) memory() ([]row, error) {
	const what = "memory of guard while 100,000 programs run below it"
	const growth = "of that, more than for 10,000"
	if why := missing("seq", "xargs"); why != "" {
		return lacking(what, why), nil
	}
	var most [2]int64
	for i, n := range []int{10_000, 100_000} {
		script, err := b.script("many", fmt.Sprintf("seq %d | xargs -n1 /bin/true", n))
		if err != nil {
			return nil, err
		}
		if most[i], err = resident(b.below(script)); err != nil {
			return nil, err
		}
	}
	const limit, noise = 30 << 20, 2 << 20
	more := most[1] - most[0]
	return []row{
		{what, megabytes(most[1]), "< 30 MB", most[1] < limit},
		{growth, megabytes(more), "< 2 MB", more < noise},
	}, nil
}

// resident is the most memory that a command, or a child that it has waited for,
// ever had, in bytes.
func resident(c command) (int64, error) {
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Env = c.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%v: %w\n%s", c.argv, err, out)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, fmt.Errorf("%v: no resource usage", c.argv)
	}
	return usage.Maxrss << 10, nil
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }

// firstLook runs the benchmark of what every ungoverned program costs in the
// supervisor, without the kernel's part.
func (b *bench) firstLook() ([]row, error) {
	const what = "the supervisor's look at a program that no policy governs"
	if why := missing("go"); why != "" {
		return lacking(what, why), nil
	}
	out, err := exec.Command("go", "test", "-run=NONE", "-bench=^BenchmarkGlance$", "-benchmem", "./guard/supervise").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("benchmark of the first look: %w\n%s", err, out)
	}
	fields := benchmarkLine(string(out), "BenchmarkGlance")
	if len(fields) < 8 {
		return nil, fmt.Errorf("benchmark of the first look printed no figures:\n%s", out)
	}
	nanoseconds, errTime := strconv.ParseFloat(fields[2], 64)
	allocations, errCount := strconv.Atoi(fields[6])
	if errTime != nil || errCount != nil {
		return nil, fmt.Errorf("benchmark of the first look: %v", fields)
	}
	return []row{{
		what, fmt.Sprintf("%.0f ns, %d allocations", nanoseconds, allocations), "0 allocs", allocations == 0,
	}}, nil
}
