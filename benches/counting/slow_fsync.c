/* Makes every fsync of a process two milliseconds slower, as a cheap disk or a busy host would.
   cc -shared -fPIC -o slow_fsync.so slow_fsync.c -ldl; LD_PRELOAD=./slow_fsync.so program */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void wait_two_milliseconds(void) {
    struct timespec two = {0, 2 * 1000 * 1000};
    nanosleep(&two, 0);
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_two_milliseconds();
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_two_milliseconds();
    return real(file);
}
