#define _GNU_SOURCE
#include "CTuttiSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A program gets nothing of ours but what is handed to it: no signal mask, no ignored signal, no terminal, no group.
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawnattr_setsigmask(attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error != 0) return error;
    return posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int set_actions(
    posix_spawn_file_actions_t *actions, const char *folder, const int *descriptors, int count) {
    int error = folder == NULL ? 0 : posix_spawn_file_actions_addchdir_np(actions, folder);
    for (int number = 0; number < count && error == 0; number++)
        error = posix_spawn_file_actions_adddup2(actions, descriptors[number], number);
    return error == 0 ? posix_spawn_file_actions_addclosefrom_np(actions, count) : error;
}

// The attributes of a spawn are structs with private members, and most of what is set here is not in Swift's Glibc.
static int spawn(
    const char *program, char *const *arguments, char *const *environment, const char *folder,
    const int *descriptors, int count, int *process) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int error = posix_spawnattr_init(&attributes);
    if (error != 0) return error;
    error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = set_attributes(&attributes);
        if (error == 0) error = set_actions(&actions, folder, descriptors, count);
        pid_t child = 0;
        if (error == 0) error = posix_spawn(&child, program, &actions, &attributes, arguments, environment);
        if (error == 0) *process = child;
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return error;
}

// Each is copied above all places that are filled first, so that filling one closes none that is still needed.
int CTuttiSystem_spawn(
    const char *program, char *const *arguments, char *const *environment, const char *folder,
    const int *descriptors, int count, int *process) {
    int copies[CTuttiSystem_DESCRIPTORS_MAX], made = 0, error = 0;
    if (count > CTuttiSystem_DESCRIPTORS_MAX) return EINVAL;
    for (; made < count && error == 0; made++) {
        copies[made] = fcntl(descriptors[made], F_DUPFD_CLOEXEC, count);
        if (copies[made] < 0) {
            error = errno;
            break;
        }
    }
    if (error == 0) error = spawn(program, arguments, environment, folder, copies, count, process);
    while (made > 0) close(copies[--made]);
    return error;
}

// Above the three that a program gets, so that putting one in its place cannot close another.
static int raise_above_standard(int descriptor) {
    if (descriptor < 0 || descriptor > 2) return descriptor;
    int raised = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int reason = errno;
    close(descriptor);
    errno = reason;
    return raised;
}

int CTuttiSystem_pipe(int *ends) {
    int made[2];
    if (pipe2(made, O_CLOEXEC) != 0) return -1;
    ends[0] = raise_above_standard(made[0]);
    ends[1] = raise_above_standard(made[1]);
    if (ends[0] >= 0 && ends[1] >= 0) return 0;
    int reason = errno;
    if (ends[0] >= 0) close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
    errno = reason;
    return -1;
}

int CTuttiSystem_setNonBlocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

// Not every glibc that we run on has a function for it.
int CTuttiSystem_watchProcess(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

static int64_t microseconds(struct timeval time) { return (int64_t)time.tv_sec * 1000000 + time.tv_usec; }

int CTuttiSystem_reap(int process, int *code, int *signal, int64_t *processor_time) {
    int status = 0;
    struct rusage used;
    while (wait4(process, &status, 0, &used) < 0)
        if (errno != EINTR) return -1;
    *processor_time = microseconds(used.ru_utime) + microseconds(used.ru_stime);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return 0;
}

int CTuttiSystem_memoryFile(const void *bytes, size_t count) {
    int file = memfd_create("tutti", MFD_CLOEXEC);
    if (file < 0) return -1;
    for (size_t done = 0; done < count;) {
        ssize_t written = write(file, (const char *)bytes + done, count - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            int reason = errno;
            close(file);
            errno = reason;
            return -1;
        }
        done += (size_t)written;
    }
    if (lseek(file, 0, SEEK_SET) == 0) return file;
    close(file);
    return -1;
}
