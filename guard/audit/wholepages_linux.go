package audit

/*
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

// What SQLite's own header says of a VFS, as far as it is needed; it keeps that
// for ever.
typedef void (*system_call)(void);
typedef struct vfs vfs;
struct vfs {
	int version, size, path;
	vfs *next;
	const char *name;
	void *data;
	void *methods[13];  // xOpen to xGetLastError, and xCurrentTimeInt64
	int (*set_system_call)(vfs *, const char *, system_call);
};
extern vfs *sqlite3_vfs_find(const char *) __attribute__((weak));

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

// map_whole is mmap for memory that is shared through a file. SQLite writes one
// byte in each page of 4096 bytes before it maps them. Where blocks are smaller
// the rest of a page is a hole, and on a full disk the first write there is a
// SIGBUS. Here all blocks are there, or it is an error.
static void *map_whole(void *at, size_t length, int protection, int flags, int file, off_t offset) {
	void *memory = MAP_FAILED;
	int allocated = 1;
	if (file >= 0 && flags & MAP_SHARED && protection & PROT_WRITE) {
		allocated = fallocate(file, FALLOC_FL_KEEP_SIZE, offset, (off_t)length) == 0;
		if (!allocated && (errno == ENOSPC || errno == EDQUOT || errno == EIO))
			return MAP_FAILED;
	}
	memory = mmap(at, length, protection, flags, file, offset);
	// A file system that cannot allocate in advance; kernels before 5.14 know no other way.
	if (memory != MAP_FAILED && !allocated && madvise(memory, length, MADV_POPULATE_WRITE) != 0 && errno == EFAULT) {
		munmap(memory, length);
		errno = ENOSPC;
		return MAP_FAILED;
	}
	return memory;
}

static int map_whole_pages(void) {
	if (!sqlite3_vfs_find)
		return 0;
	vfs *unix_vfs = sqlite3_vfs_find("unix");
	if (!unix_vfs || unix_vfs->version < 3 || !unix_vfs->set_system_call)
		return 0;
	return unix_vfs->set_system_call(unix_vfs, "mmap", (system_call)map_whole) == 0;
}
*/
import "C"

import (
	"errors"
	"sync"
)

// mapWholePages makes SQLite share memory only where the disk has room for all of
// it. It must be called before the first connection.
var mapWholePages = sync.OnceValue(func() error {
	if C.map_whole_pages() == 0 {
		return errors.New("this SQLite does not let its shared memory be made safe on a full disk: report this as a bug of guard")
	}
	return nil
})
