package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// Most commands are governed by nothing, and wait for all that is done before main. The
// memory that it takes is the same on every machine. (What the tests import counts too.)
func TestLittleIsDoneBeforeMain(t *testing.T) {
	const (
		ofOurs, ofOthers, ofAll = 12 << 10, 48 << 10, 512 << 10 // bytes
		allocations             = 400                           // of one package
	)
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	packages, all := 0, 0
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		// init PATH @N ms, N ms clock, N bytes, N allocs
		fields := strings.Fields(lines.Text())
		if len(fields) != 11 || fields[0] != "init" || fields[10] != "allocs" {
			continue
		}
		size, errSize := strconv.Atoi(fields[7])
		allocs, errAllocs := strconv.Atoi(fields[9])
		if errSize != nil || errAllocs != nil {
			t.Fatalf("what is meant by %q?", lines.Text())
		}
		packages, all = packages+1, all+size
		most := ofOthers
		if strings.HasPrefix(fields[1], "blastguard/") {
			most = ofOurs
		}
		if size > most || allocs > allocations {
			t.Errorf("%s: at most %d bytes and %d allocations: make it when it is first needed (sync.OnceValue)", lines.Text(), most, allocations)
		}
	}
	if packages < 10 || all > ofAll {
		t.Errorf("%d packages take %d bytes, at most %d:\n%s", packages, all, ofAll, text)
	}
}
