#include "CTuttiSystem.h"

#include <sys/vfs.h>

// <sys/vfs.h> is not part of Swift's Glibc module.
int64_t CTuttiSystem_fileSystemType(const char *path) {
    struct statfs information;
    if (statfs(path, &information) != 0) return -1;
    return (int64_t)(uint32_t)information.f_type;
}
