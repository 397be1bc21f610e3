#pragma once

#include <stdint.h>

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
