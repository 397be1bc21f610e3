#define _GNU_SOURCE
#include "CTuttiSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A program gets nothing of ours but three descriptors: no signal mask, no ignored signal, no terminal, no group.
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

static int set_actions(posix_spawn_file_actions_t *actions, const char *folder, const int descriptors[3]) {
    int error = folder == NULL ? 0 : posix_spawn_file_actions_addchdir_np(actions, folder);
    for (int number = 0; number < 3 && error == 0; number++)
        error = posix_spawn_file_actions_adddup2(actions, descriptors[number], number);
    return error == 0 ? posix_spawn_file_actions_addclosefrom_np(actions, 3) : error;
}

// The attributes of a spawn are structs with private members, and most of what is set here is not in Swift's Glibc.
int CTuttiSystem_spawn(
    const char *program, char *const *arguments, char *const *environment, const char *folder,
    const int *descriptors, int *process) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int error = posix_spawnattr_init(&attributes);
    if (error != 0) return error;
    error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = set_attributes(&attributes);
        if (error == 0) error = set_actions(&actions, folder, descriptors);
        pid_t child = 0;
        if (error == 0) error = posix_spawn(&child, program, &actions, &attributes, arguments, environment);
        if (error == 0) *process = child;
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
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

int CTuttiSystem_reap(int process, int *code, int *signal) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR) return -1;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return 0;
}
