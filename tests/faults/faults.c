/* Laid under a program by LD_PRELOAD: fails the N-th call that writes to a file of one folder, once, some times or from
 * then on, as a full or broken disk does. What fails is said in a small file that both sides map, so that it can be
 * changed while the program runs.
 *
 * HEADROOM_FAULTS_CONTROL  that file: eight 32-bit numbers, see struct control
 * HEADROOM_FAULTS_FOLDER   the folder, as /proc names it
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
    int32_t armed;  /* 0: nothing fails and nothing is counted */
    int32_t nth;    /* the first call that fails, from 1 on */
    int32_t times;  /* how many fail; 0: all from then on */
    int32_t error;  /* errno */
    int32_t files;  /* 1 the database, 2 its log, 4 its shared memory, 8 any other */
    int32_t opens;  /* 1: to open for writing fails too, and is not counted */
    int32_t seen;   /* calls counted */
    int32_t failed; /* calls that failed */
};

static volatile struct control *control;
static char folder[PATH_MAX];

__attribute__((constructor)) static void prepare(void) {
    const char *where = getenv("HEADROOM_FAULTS_CONTROL"), *under = getenv("HEADROOM_FAULTS_FOLDER");
    if (!where || !under) return;
    int fd = open(where, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    snprintf(folder, sizeof folder, "%s/", under);
    if (map != MAP_FAILED) control = map;
}

static int ends(const char *path, const char *end) {
    size_t a = strlen(path), b = strlen(end);
    return a >= b && strcmp(path + a - b, end) == 0;
}

static int is_meant(const char *path) {
    if (strncmp(path, folder, strlen(folder)) != 0) return 0;
    int32_t kind = ends(path, ".sqlite") ? 1 : ends(path, "-wal") ? 2 : ends(path, "-shm") ? 4 : 8;
    return (control->files & kind) != 0;
}

/* Whether this call is one that fails. */
static int fails(int fd) {
    if (!control || !control->armed) return 0;
    int before = errno;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    errno = before;
    if (n <= 0) return 0;
    path[n] = 0;
    if (!is_meant(path)) return 0;
    int32_t seen = __atomic_add_fetch(&control->seen, 1, __ATOMIC_SEQ_CST);
    if (seen < control->nth) return 0;
    if (control->times != 0 && seen >= control->nth + control->times) return 0;
    __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
    errno = control->error;
    return 1;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *from, size_t n) {
    REAL(write);
    return fails(fd) ? -1 : real(fd, from, n);
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at) {
    REAL(pwrite);
    return fails(fd) ? -1 : real(fd, from, n, at);
}

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at) {
    REAL(pwrite64);
    return fails(fd) ? -1 : real(fd, from, n, at);
}

ssize_t pwritev(int fd, const struct iovec *from, int n, off_t at) {
    REAL(pwritev);
    return fails(fd) ? -1 : real(fd, from, n, at);
}

ssize_t pwritev64(int fd, const struct iovec *from, int n, off64_t at) {
    REAL(pwritev64);
    return fails(fd) ? -1 : real(fd, from, n, at);
}

int fsync(int fd) {
    REAL(fsync);
    return fails(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    return fails(fd) ? -1 : real(fd);
}

int ftruncate(int fd, off_t n) {
    REAL(ftruncate);
    return fails(fd) ? -1 : real(fd, n);
}

int ftruncate64(int fd, off64_t n) {
    REAL(ftruncate64);
    return fails(fd) ? -1 : real(fd, n);
}

/* These two answer with the error. */
int posix_fallocate(int fd, off_t at, off_t n) {
    REAL(posix_fallocate);
    return fails(fd) ? errno : real(fd, at, n);
}

int posix_fallocate64(int fd, off64_t at, off64_t n) {
    REAL(posix_fallocate64);
    return fails(fd) ? errno : real(fd, at, n);
}

static int may_open(const char *path, int flags) {
    if (!control || !control->armed || !control->opens) return 1;
    if ((flags & O_ACCMODE) == O_RDONLY || !is_meant(path)) return 1;
    errno = control->error;
    return 0;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return may_open(path, flags) ? real(path, flags, mode) : -1; \
    }

OPEN(open)
OPEN(open64)
