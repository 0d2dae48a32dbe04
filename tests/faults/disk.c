/* A disk that fails: put before the C library with LD_PRELOAD, then armed with disk_fail().
 *
 * Counted are the calls that change files below a folder: write, pwrite, writev, fsync, fdatasync, ftruncate, rename,
 * mkdir and the making of files. From call `at` on (or at that one alone) they fail with `error`.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char under[4096];
static long fail_at, calls;
static int failure, once, kinds;
enum { WRITES = 1, SYNCS = 2, NAMES = 4 };

/* Arm: calls of `which` kinds below `folder` fail from number `at` on, counted from 1; 0 only counts. */
void disk_fail(const char *folder, long at, int error, int alone, int which) {
    snprintf(under, sizeof under, "%s", folder);
    fail_at = at, failure = error, once = alone, kinds = which, calls = 0;
}

long disk_calls(void) { return calls; }

static int fails(const char *path, int kind) {
    if (!*under || !(kinds & kind) || !path || strncmp(path, under, strlen(under))) return 0;
    long number = __sync_add_and_fetch(&calls, 1);
    if (!fail_at || (once ? number != fail_at : number < fail_at)) return 0;
    errno = failure;
    return 1;
}

static int fails_fd(int fd, int kind) {
    char link[64], path[4096];
    if (!*under || !(kinds & kind)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return fails(path, kind);
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    return fails_fd(fd, WRITES) ? -1 : real(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    REAL(pwrite);
    return fails_fd(fd, WRITES) ? -1 : real(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    return fails_fd(fd, WRITES) ? -1 : real(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    return fails_fd(fd, WRITES) ? -1 : real(fd, parts, count);
}
int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    return fails_fd(fd, WRITES) ? -1 : real(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    return fails_fd(fd, WRITES) ? -1 : real(fd, size);
}
int fsync(int fd) {
    REAL(fsync);
    return fails_fd(fd, SYNCS) ? -1 : real(fd);
}
int fdatasync(int fd) {
    REAL(fdatasync);
    return fails_fd(fd, SYNCS) ? -1 : real(fd);
}
int rename(const char *from, const char *to) {
    REAL(rename);
    return fails(from, NAMES) ? -1 : real(from, to);
}
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return fails(path, NAMES) ? -1 : real(path, mode);
}
#define OPENS(name)                                                              \
    int name(const char *path, int flags, ...) {                                 \
        REAL(name);                                                              \
        va_list rest;                                                            \
        va_start(rest, flags);                                                   \
        int mode = flags & O_CREAT ? va_arg(rest, int) : 0;                      \
        va_end(rest);                                                            \
        if (flags & O_CREAT && access(path, F_OK) && fails(path, NAMES)) return -1; \
        return real(path, flags, mode);                                          \
    }
OPENS(open)
OPENS(open64)
