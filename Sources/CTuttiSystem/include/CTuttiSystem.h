#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>    // neither is part of Swift's Glibc module
#include <sys/eventfd.h>

/// The number that the Swift runtime gives a task for its whole life, or 0 outside of any task.
///
/// A task's address is used again as soon as the task is gone; its number never is.
uint64_t CTuttiSystem_currentTaskNumber(void);

/// Names the calling thread for debuggers and `top -H`; the kernel keeps the first 15 bytes.
void CTuttiSystem_nameThread(const char *_Nonnull name);

/// The magic number of the file system that holds `path` (see statfs(2)), or -1 with errno set.
int64_t CTuttiSystem_fileSystemType(const char *_Nonnull path);

/// Asks for the size of the terminal behind a descriptor; `ioctl` is variadic, which Swift does not import.
///
/// Gives 0 and fills both numbers, which are 0 when the terminal does not know; or gives -1 and sets `errno` when the
/// descriptor is no terminal.
int CTuttiSystem_terminalSize(int descriptor, int *_Nonnull rows, int *_Nonnull columns);

/// Makes a datagram socket bound to `path` (unix(7)), close-on-exec; -1 with errno set when it cannot, such as
/// ENAMETOOLONG for a path of more than 107 bytes.
int CTuttiSystem_bindDatagramSocket(const char *_Nonnull path);

/// Sends one byte to the socket at `path` without waiting; what cannot be sent at once is lost.
void CTuttiSystem_sendHint(int descriptor, const char *_Nonnull path);

/// Sends a datagram to the socket at `path`, as sd_notify(3) does; a path that begins with `@` is a name in the
/// abstract name space. Gives 0, or -1 with errno set; never waits.
int CTuttiSystem_sendNotice(const char *_Nonnull path, const char *_Nonnull text);

/// The most descriptors that a program can be started with.
#define CTuttiSystem_DESCRIPTORS_MAX 16

/// Starts a program in a session of its own, with no other descriptors than those given as 0, 1, 2 and so on, without a
/// signal mask or ignored signals. `program` is a path, from `folder` when that is given; both lists end with NULL.
///
/// Gives 0 and the process, or an error number: also that of a failed chdir(2) or execve(2).
int CTuttiSystem_spawn(
    const char *_Nonnull program, char *_Nullable const *_Nonnull arguments,
    char *_Nullable const *_Nonnull environment, const char *_Nullable folder, const int *_Nonnull descriptors,
    int count, int *_Nonnull process);

/// Makes a close-on-exec pipe of which both ends are above 2; -1 with errno set when it cannot.
int CTuttiSystem_pipe(int *_Nonnull ends);

/// Lets reads and writes that would wait fail instead; `fcntl` is variadic, which Swift does not import.
int CTuttiSystem_setNonBlocking(int descriptor);

/// A close-on-exec descriptor that becomes readable when a process ends (pidfd_open(2)); -1 with errno set.
int CTuttiSystem_watchProcess(int process);

/// Waits for the end of a child and takes its remains away. Fills the exit code, or -1, the signal, or 0, and the
/// microseconds that it and those of its own children that it has waited for have computed. Gives -1 with errno set
/// when there is no such child.
///
/// Its memory is not told: that of a program which was started by posix_spawn(3) begins with that of its starter.
int CTuttiSystem_reap(
    int process, int *_Nonnull code, int *_Nonnull signal, int64_t *_Nonnull processor_time);

/// A close-on-exec file in memory with these bytes, to be read from its beginning; -1 with errno set.
int CTuttiSystem_memoryFile(const void *_Nonnull bytes, size_t count);

/// Makes of an event what carries `mark`; a C union is awkward to make in Swift.
struct epoll_event CTuttiSystem_event(uint32_t events, uint64_t mark);

/// The mark that an event carries.
uint64_t CTuttiSystem_eventMark(struct epoll_event event);

/// A listening socket, non-blocking and close-on-exec, at a numeric address of IPv4 or IPv6 with SO_REUSEADDR; -1 with
/// errno set, which is EINVAL when the text is no address.
int CTuttiSystem_listen(const char *_Nonnull address, int port, int backlog);

/// The place for the text of an address in what follows.
#define CTuttiSystem_ADDRESS_SIZE 64

/// Takes a connection, non-blocking, close-on-exec and without delay of small packets; fills who it is. -1 with errno
/// set.
int CTuttiSystem_accept(int listener, char *_Nonnull address, int *_Nonnull port);

/// The address and port that a socket is bound to; -1 with errno set.
int CTuttiSystem_localAddress(int socket, char *_Nonnull address, int *_Nonnull port);
