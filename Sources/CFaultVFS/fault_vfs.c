#include "fault_plan.h"

#include <pthread.h>
#include <sqlite3.h>

/// A file of ours: SQLite's header, the path that SQLite keeps until the file is closed, and behind it, in the same
/// allocation, the file of the default VFS.
typedef struct {
    sqlite3_file base;
    const char *path;
} FaultFile;

static sqlite3_vfs *default_vfs;
static sqlite3_vfs fault_vfs;
static sqlite3_io_methods methods[4]; // by version, 1 to 3: ours must not promise more than the default VFS does

static sqlite3_file *real(sqlite3_file *file) {
    return (sqlite3_file *)((FaultFile *)file + 1);
}

// MARK: - What can fail

static int fault_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    Verdict verdict = fault_plan_judge(((FaultFile *)file)->path, OPERATION_WRITE);
    if (verdict.status == SQLITE_OK) return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
    if (verdict.torn) real(file)->pMethods->xWrite(real(file), bytes, count / 2, offset);
    return verdict.status;
}

static int fault_sync(sqlite3_file *file, int flags) {
    Verdict verdict = fault_plan_judge(((FaultFile *)file)->path, OPERATION_SYNC);
    return verdict.status == SQLITE_OK ? real(file)->pMethods->xSync(real(file), flags) : verdict.status;
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size) {
    Verdict verdict = fault_plan_judge(((FaultFile *)file)->path, OPERATION_TRUNCATE);
    return verdict.status == SQLITE_OK ? real(file)->pMethods->xTruncate(real(file), size) : verdict.status;
}

// MARK: - What is passed on

static int fault_close(sqlite3_file *file) {
    return real(file)->pMethods->xClose(real(file));
}

static int fault_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), bytes, count, offset);
}

static int fault_file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}

static int fault_lock(sqlite3_file *file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}

static int fault_unlock(sqlite3_file *file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int fault_check_reserved_lock(sqlite3_file *file, int *result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

static int fault_file_control(sqlite3_file *file, int operation, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int fault_sector_size(sqlite3_file *file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

static int fault_device_characteristics(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int fault_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
    return real(file)->pMethods->xShmMap(real(file), region, size, extend, memory);
}

static int fault_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void fault_shm_barrier(sqlite3_file *file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

static int fault_shm_unmap(sqlite3_file *file, int delete) {
    return real(file)->pMethods->xShmUnmap(real(file), delete);
}

static int fault_fetch(sqlite3_file *file, sqlite3_int64 offset, int count, void **memory) {
    return real(file)->pMethods->xFetch(real(file), offset, count, memory);
}

static int fault_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *memory) {
    return real(file)->pMethods->xUnfetch(real(file), offset, memory);
}

static const sqlite3_io_methods all_methods = {
    .iVersion = 3,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_file_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_check_reserved_lock,
    .xFileControl = fault_file_control,
    .xSectorSize = fault_sector_size,
    .xDeviceCharacteristics = fault_device_characteristics,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
    .xFetch = fault_fetch,
    .xUnfetch = fault_unfetch,
};

static int fault_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    FaultFile *ours = (FaultFile *)file;
    ours->base.pMethods = NULL;
    ours->path = path;
    int status = default_vfs->xOpen(default_vfs, path, real(file), flags, out_flags);
    // SQLite closes a file that failed to open if, and only if, it has methods; so ours has them when the real one has.
    if (real(file)->pMethods != NULL) {
        int version = real(file)->pMethods->iVersion;
        ours->base.pMethods = &methods[version < 1 ? 1 : version > 3 ? 3 : version];
    }
    return status;
}

// MARK: - Registration

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int registration = SQLITE_ERROR;

static void register_once(void) {
    default_vfs = sqlite3_vfs_find(NULL);
    if (default_vfs == NULL) return;
    for (int version = 1; version <= 3; version++) {
        methods[version] = all_methods;
        methods[version].iVersion = version;
    }
    // A copy: its other methods look at nothing in the structure that differs from the original.
    fault_vfs = *default_vfs;
    fault_vfs.zName = "tutti-fault";
    fault_vfs.szOsFile = (int)sizeof(FaultFile) + default_vfs->szOsFile;
    fault_vfs.pNext = NULL;
    fault_vfs.xOpen = fault_open;
    registration = sqlite3_vfs_register(&fault_vfs, 0);
}

int CFaultVFS_register(void) {
    pthread_once(&once, register_once);
    return registration;
}
