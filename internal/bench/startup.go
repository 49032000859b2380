package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// startup compares guard with sudo, which people already put before commands.
func (b *bench) startup() ([]row, error) {
	const rounds = 60
	yes, err := exec.LookPath("true")
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("sudo"); err != nil {
		return []row{{"start-up against sudo -n true", "sudo is not installed", "", true}}, nil
	}
	sudo := command{argv: []string{"sudo", "-n", yes}, env: os.Environ()}
	small := filepath.Join(b.dir, "small")
	for _, name := range []string{"a", "b", "c"} {
		if err := os.MkdirAll(filepath.Join(small, name), 0o755); err != nil {
			return nil, err
		}
	}
	check, run, governed := b.ours("check", yes), b.ours(yes), b.ours("check", "--", "rm", "-rf", small)
	took, err := medians(rounds, check, run, sudo, command{argv: []string{yes}}, governed)
	if err != nil {
		return nil, err
	}
	costs, err := b.costly(
		costing{"an ungoverned check costs", check, 640}, costing{"an allowed command costs", run, 900},
		costing{"a governed check costs", governed, 1950}, costing{"sudo -n true costs, for scale", sudo, 1 << 20},
	)
	return append([]row{
		ratio("guard check of an ungoverned command / sudo -n true", took[0], took[2], 0.8),
		ratio("an allowed command behind guard, recorded twice / sudo -n true", took[1], took[2], 2.0),
		ratio("guard check -- rm -rf of a small directory / the ungoverned one", took[4], took[0], 1.5),
		ratio("sudo -n true / true, for scale", took[2], took[3], 100),
	}, costs...), err
}

// manyPolicies compares an ungoverned command under 1,000 policies in 100 files
// with one under 10 policies in 1 file, and a governed one under 200 files of the size of
// the shipped ones with the one file that decides it.
func (b *bench) manyPolicies() ([]row, error) {
	few, many := filepath.Join(b.dir, "few"), filepath.Join(b.dir, "many")
	if err := writePolicies(few, 1, 10); err != nil {
		return nil, err
	}
	if err := writePolicies(many, 100, 10); err != nil {
		return nil, err
	}
	with := func(dir string) command {
		alone := *b
		alone.dir = dir + ".home"
		return alone.ours("check", "--no-shipped", "--policies", dir, "true")
	}
	took, err := medians(40, with(many), with(few))
	if err != nil {
		return nil, err
	}
	rows := []row{ratio("1,000 policies in 100 files / 10 in 1, ungoverned command", took[0], took[1], 1.5)}
	one, all := filepath.Join(b.dir, "one"), filepath.Join(b.dir, "all")
	for dir, files := range map[string]int{one: 0, all: 199} {
		if err := writePolicies(dir, files, 18); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, "decides.hcl"), []byte(decidingPolicy), 0o644); err != nil {
			return nil, err
		}
	}
	governed := func(dir string) command {
		alone := *b
		alone.dir = dir + ".home"
		return alone.ours("check", "--no-shipped", "--policies", dir, "touch", "x")
	}
	if took, err = medians(40, governed(all), governed(one)); err != nil {
		return nil, err
	}
	return append(rows, ratio("200 files (1.5 MB) / the one that decides, governed command", took[0], took[1], 1.10)), nil
}

const decidingPolicy = `
locals { few = 10 }

command "touch" {
  program = "touch"
  operand "paths" { type = list(string) }
}

policy "touch" {
  applies_to = [command.touch]
  rule "few" {
    condition     = length(arg.paths) < local.few
    error_message = "too many"
  }
}
`

func writePolicies(dir string, files, each int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for f := range files {
		var text strings.Builder
		for p := range each {
			fmt.Fprintf(&text, policyTemplate, f, p)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("p%03d.hcl", f)), []byte(text.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

const policyTemplate = `
command "tool-%[1]d-%[2]d" {
  program = "tool-%[1]d-%[2]d"
  operand "paths" {
    type     = list(string)
    required = true
  }
}

policy "policy-%[1]d-%[2]d" {
  summary    = "use ${join(", ", arg.paths)}"
  applies_to = [command.tool-%[1]d-%[2]d]
  rule "few" {
    condition     = length(arg.paths) < 10
    error_message = "too many"
  }
  confirm {}
}
`
