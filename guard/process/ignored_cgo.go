//go:build linux && cgo

package process

/*
#include <signal.h>
#include <stddef.h>

static unsigned long long ignored;

// remember runs before the Go runtime installs its own handlers.
__attribute__((constructor)) static void remember(void) {
	struct sigaction action;
	for (int number = 1; number <= 64; number++)
		if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			ignored |= 1ULL << (number - 1);
}

static unsigned long long ignored_at_start(void) { return ignored; }
*/
import "C"

import "syscall"

// ignoredAtStart says whether guard was started with the signal ignored.
func ignoredAtStart(number syscall.Signal) bool {
	return C.ignored_at_start()&(1<<(uint(number)-1)) != 0
}
