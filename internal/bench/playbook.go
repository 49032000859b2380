package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// playbook measures what supervision costs: where every step is a program, and
// where there are threads only.
func (b *bench) playbook() ([]row, error) {
	if _, err := exec.LookPath("bash"); err != nil {
		return nil, nil
	}
	loop, err := b.script("loop", "for ((i = 0; i < 1000; i++)); do /bin/true; done")
	if err != nil {
		return nil, err
	}
	rows, err := b.supervised("a bash loop of 1000 times /bin/true, supervised", 5, loop, 1.2)
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("python3"); err != nil {
		return rows, nil
	}
	threads, err := b.script("threads", `exec python3 -c '
import threading
for i in range(10000):
    t = threading.Thread(target=int)
    t.start()
    t.join()
'`)
	if err != nil {
		return nil, err
	}
	more, err := b.supervised("10,000 threads, supervised", 3, threads, 1.1)
	return append(rows, more...), err
}

func (b *bench) script(name, text string) (string, error) {
	path := filepath.Join(b.dir, name)
	return path, os.WriteFile(path, []byte("#!/usr/bin/env bash\n"+text+"\n"), 0o755)
}

// supervised compares a script with itself below guard.
func (b *bench) supervised(what string, rounds int, script string, budget float64) ([]row, error) {
	bare := command{argv: []string{script}, env: os.Environ()}
	times, err := medians(rounds, bare, b.ours("run", "--supervise=require", "--", script))
	if err != nil {
		return nil, err
	}
	return []row{ratio(what, times[1], times[0], budget)}, nil
}
