//go:build linux && cgo

package process

/*
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// What guard needs at least: measured, and rounded up. The Go runtime reserves 600 MiB
// of addresses and never uses most of them; each thread reserves its stack.
enum { least_addresses_mib = 2048, least_data_mib = 256, least_free_files = 24, few_files = 4096 };

static void too_little(const char *what, unsigned long is, unsigned long least, const char *unit, const char *flag) {
	dprintf(2, "guard: nothing was run: the limit of %s leaves %lu%s, and guard needs %lu%s; "
		"raise it (ulimit %s), or set it for the command alone: guard sh -c 'ulimit %s …; exec …'\n",
		what, is, unit, least, unit, flag, flag);
	_exit(125);
}

static void enough_memory(int resource, const char *what, unsigned long least, const char *flag) {
	struct rlimit limit;
	if (getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
		mallopt(M_ARENA_MAX, 2); // or each thread reserves 64 MiB of addresses
		if (limit.rlim_cur >> 20 < least)
			too_little(what, limit.rlim_cur >> 20, least, " MiB", flag);
	}
}

static void enough_files(void) {
	struct rlimit limit; // the runtime raises the soft one
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max >= few_files)
		return;
	unsigned long unused = 0;
	for (int fd = 0; fd < (int)limit.rlim_max && unused < least_free_files; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			unused++;
	if (unused < least_free_files)
		too_little("open files", unused, least_free_files, "", "-n");
}

// enough ends the program before the Go runtime starts, which would die of the same
// limits later, with pages of its own state and perhaps in the middle of something.
// What guard starts of itself holds more files, and needs fewer.
__attribute__((constructor)) static void enough(int words, char **word) {
	if (words > 1 && strcmp(word[1], "--supervise-stage") == 0)
		return;
	enough_memory(RLIMIT_AS, "address space", least_addresses_mib, "-v");
	enough_memory(RLIMIT_DATA, "data", least_data_mib, "-d");
	enough_files();
}
*/
import "C"
