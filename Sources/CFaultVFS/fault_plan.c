#include "fault_plan.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/// One plan. All fields are guarded by `lock`: next to a write to disk a mutex costs nothing, and a prefix, unlike a
/// counter, cannot be changed atomically.
typedef struct {
    bool armed;
    bool persistent;
    CFaultVFS_Fault fault;
    uint32_t nth;
    uint32_t operations;
    uint32_t failures;
    size_t prefix_length;
    char prefix[CFaultVFS_maximumPrefix + 1];
} Plan;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Plan plans[CFaultVFS_maximumArmed];

int CFaultVFS_arm(const char *prefix, CFaultVFS_Fault fault, uint32_t nth, bool persistent) {
    size_t length = strlen(prefix);
    if (length == 0 || length > CFaultVFS_maximumPrefix) return -1;
    if (nth == 0 && fault != CFaultVFS_FaultNone) return -1;
    int found = -1;
    pthread_mutex_lock(&lock);
    for (int index = 0; index < CFaultVFS_maximumArmed && found < 0; index++) {
        if (plans[index].armed) continue;
        plans[index] = (Plan){.armed = true, .persistent = persistent, .fault = fault, .nth = nth};
        plans[index].prefix_length = length;
        memcpy(plans[index].prefix, prefix, length + 1);
        found = index;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void CFaultVFS_disarm(int plan) {
    if (plan < 0 || plan >= CFaultVFS_maximumArmed) return;
    pthread_mutex_lock(&lock);
    plans[plan].armed = false;
    pthread_mutex_unlock(&lock);
}

uint32_t CFaultVFS_operations(int plan) {
    if (plan < 0 || plan >= CFaultVFS_maximumArmed) return 0;
    pthread_mutex_lock(&lock);
    uint32_t count = plans[plan].armed ? plans[plan].operations : 0;
    pthread_mutex_unlock(&lock);
    return count;
}

uint32_t CFaultVFS_failures(int plan) {
    if (plan < 0 || plan >= CFaultVFS_maximumArmed) return 0;
    pthread_mutex_lock(&lock);
    uint32_t count = plans[plan].armed ? plans[plan].failures : 0;
    pthread_mutex_unlock(&lock);
    return count;
}

static bool counts(CFaultVFS_Fault fault, Operation operation) {
    switch (fault) {
    case CFaultVFS_FaultNone:
    case CFaultVFS_FaultAnyError: return true;
    case CFaultVFS_FaultDiskFull:
    case CFaultVFS_FaultWriteError:
    case CFaultVFS_FaultTornWrite: return operation == OPERATION_WRITE;
    case CFaultVFS_FaultSyncError: return operation == OPERATION_SYNC;
    case CFaultVFS_FaultTruncateError: return operation == OPERATION_TRUNCATE;
    }
    return false;
}

static int error_code(CFaultVFS_Fault fault, Operation operation) {
    if (fault == CFaultVFS_FaultDiskFull) return SQLITE_FULL;
    switch (operation) {
    case OPERATION_WRITE: return SQLITE_IOERR_WRITE;
    case OPERATION_SYNC: return SQLITE_IOERR_FSYNC;
    case OPERATION_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
    }
    return SQLITE_IOERR;
}

Verdict fault_plan_judge(const char *path, Operation operation) {
    Verdict verdict = {.status = SQLITE_OK, .torn = false};
    if (path == NULL) return verdict;
    pthread_mutex_lock(&lock);
    for (int index = 0; index < CFaultVFS_maximumArmed; index++) {
        Plan *plan = &plans[index];
        if (!plan->armed || !counts(plan->fault, operation)) continue;
        if (strncmp(path, plan->prefix, plan->prefix_length) != 0) continue;
        plan->operations++;
        if (plan->fault == CFaultVFS_FaultNone || verdict.status != SQLITE_OK) continue;
        if (plan->operations < plan->nth || (plan->operations > plan->nth && !plan->persistent)) continue;
        plan->failures++;
        verdict.status = error_code(plan->fault, operation);
        verdict.torn = plan->fault == CFaultVFS_FaultTornWrite;
    }
    pthread_mutex_unlock(&lock);
    return verdict;
}
