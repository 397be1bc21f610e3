#define _GNU_SOURCE
#include "CTuttiFiles.h"

#include <fcntl.h>
#include <unistd.h>

int CTuttiFiles_syncFileSystem(int descriptor) { return syncfs(descriptor); }

void CTuttiFiles_startWriting(int descriptor) {
    (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}
