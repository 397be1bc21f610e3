#pragma once

/// Brings all that was written to the file system behind a descriptor to the disk (syncfs(2)), which Swift's Glibc
/// module lacks as it is an extension of GNU's. Gives -1 with errno set.
int CTuttiFiles_syncFileSystem(int descriptor);

/// Has the kernel begin to write a file to the disk without waiting for it (sync_file_range(2)); only a hint.
void CTuttiFiles_startWriting(int descriptor);
