package database

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What is left out of the search for servers has no program.
func TestKernelThreadsHaveNoProgram(t *testing.T) {
	threads := kernelThreads()
	if threads == nil {
		t.Skip("the process 2 is no thread of the kernel here: a container, or /proc does not list children")
	}
	isServer := func(program string) bool {
		return slices.Contains([]string{"postgres", "postmaster", "mariadbd", "mysqld", "redis-server", "valkey-server", "mongod", "etcd"}, program)
	}
	programs := 0 // the kernel may have started a helper
	for pid := range threads {
		if fields := statFields(atoi(t, pid)); len(fields) > 1 && fields[1] != "2" {
			t.Errorf("%s is a child of %s", pid, fields[1])
		}
		if line, err := os.ReadFile("/proc/" + pid + "/cmdline"); err == nil && len(line) > 0 {
			programs++
		}
		if server, ok := LookAt(atoi(t, pid), isServer); ok {
			t.Errorf("%s is a server: %+v", pid, server)
		}
	}
	if programs > len(threads)/2 {
		t.Errorf("%d of %d have a program", programs, len(threads))
	}
	for _, pid := range []int{1, os.Getpid(), os.Getppid()} {
		if threads[strconv.Itoa(pid)] {
			t.Errorf("%d is taken for a thread of the kernel", pid)
		}
	}
}

func TestFieldsOfStat(t *testing.T) {
	fields := statFields(os.Getpid())
	if len(fields) < 7 || fields[1] != strconv.Itoa(os.Getppid()) || strings.Trim(fields[6], "0123456789") != "" {
		t.Errorf("fields of this process: %q", fields)
	}
}

func atoi(t *testing.T, text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
