package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// logSize runs the audit log's own benchmark, which fills a log without waiting
// for the disk, at a million operations (AUDIT_BENCH_OPERATIONS says another
// number) and reads its figures.
func (b *bench) logSize() ([]row, error) {
	operations := os.Getenv("AUDIT_BENCH_OPERATIONS")
	if operations == "" {
		operations = "1000000"
	}
	cmd := exec.Command("go", "test", "./guard/audit", "-run", "NONE", "-bench", "LargeLog", "-benchtime", "3x", "-timeout", "30m")
	cmd.Env = append(os.Environ(), "AUDIT_BENCH_OPERATIONS="+operations)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("benchmark of the log: %w\n%s", err, out)
	}
	f := readFigures(out)
	if f.slowest == 0 || f.rate == 0 {
		return nil, fmt.Errorf("benchmark of the log printed no figures:\n%s", out)
	}
	return []row{
		{"list, show, search in a log of " + operations + " operations, the slowest", round(f.slowest), "<= 50ms", f.slowest <= 50*time.Millisecond},
		{"verify of that log", fmt.Sprintf("%.0f entries/s", f.rate), ">= 200000", f.rate >= 200_000},
	}, nil
}

// figures are what the benchmark printed.
type figures struct {
	slowest time.Duration // of list, show and search
	rate    float64       // of verify, entries a second
}

func readFigures(out []byte) figures {
	var f figures
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "BenchmarkLargeLog/") {
			continue
		}
		if strings.Contains(fields[0], "/verify") && len(fields) >= 6 {
			f.rate, _ = strconv.ParseFloat(fields[4], 64)
			continue
		}
		if nanoseconds, err := strconv.ParseFloat(fields[2], 64); err == nil {
			f.slowest = max(f.slowest, time.Duration(nanoseconds))
		}
	}
	return f
}
