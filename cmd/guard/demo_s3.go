package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blastguard/guard/supervise"
	"blastguard/policies/incidents"
)

// removeBilling stands in for the playbook of the outage, which was not published.
const removeBilling = `#!/bin/sh
set -e
echo "draining $1 servers of billing"
./s3-capacity remove -s billing -n "$1"
echo "telling the load balancers"
`

// s3Story is 28 February 2017: the right number, one wrong number, and the right
// one once too often.
func s3Story(ctx context.Context, s *stage) error {
	if err := s.s3World(); err != nil {
		return err
	}
	s.say("28 February 2017. A few servers of the billing subsystem are to be taken out of")
	s.say("service. Most of them also serve the index, which must keep 100 of its 110.")

	// Where no steps can be seen, the command that matters is typed by itself.
	remove := func(count string) []string { return []string{"./remove-billing.sh", count} }
	if supervise.Available() != nil {
		remove = func(count string) []string { return []string{"./s3-capacity", "remove", "-s", "billing", "-n", count} }
	}
	s.say("The established playbook for it, remove-billing.sh:\n\n%s", strings.TrimSpace(removeBilling))
	s.say("\n-- What was meant: three servers.")
	if s.terminal {
		s.say("-- Your turn: type what is asked, or press Esc.")
	}
	if err := s.scene(ctx, "ops", "billing 3", true, remove("3")...); err != nil {
		return err
	}
	s.say("\n-- One wrong input.")
	if err := s.scene(ctx, "ops", "billing 30, index 20", false, remove("30")...); err != nil {
		return err
	}
	s.say("\n-- The right number again, a minute later: the budget says to go slower.")
	if err := s.scene(ctx, "ops", "billing 3", false, remove("3")...); err != nil {
		return err
	}
	removed, err := os.ReadFile(filepath.Join(s.dir, "ops/s3-capacity.state/removed"))
	gone := strings.Count(string(removed), "\n")
	s.expect(err == nil && (gone == 3 || s.declined && gone == 0), fmt.Sprintf("%d servers are gone, and should be 3", gone))
	s.say("\nservers taken out of service: %d", gone)
	return nil
}

// s3World has 80 servers of billing, the last 67 of which serve the index too,
// and 43 that serve the index alone.
func (s *stage) s3World() error {
	var hosts strings.Builder
	for i := range 123 {
		serves := "billing index"
		switch {
		case i < 13:
			serves = "billing"
		case i >= 80:
			serves = "index"
		}
		fmt.Fprintf(&hosts, "host-%03d %s\n", i, serves)
	}
	for name, content := range map[string]string{
		"ops/s3-capacity":                string(incidents.S3Capacity()),
		"ops/remove-billing.sh":          removeBilling,
		"ops/s3-capacity.state/hosts":    hosts.String(),
		"ops/s3-capacity.state/required": "billing 80 20\nindex 110 100\n",
		"ops/s3-capacity.state/removed":  "",
	} {
		if err := s.write(name, content); err != nil {
			return err
		}
	}
	return errors.Join(os.Chmod(filepath.Join(s.dir, "ops/s3-capacity"), 0o755), os.Chmod(filepath.Join(s.dir, "ops/remove-billing.sh"), 0o755))
}
