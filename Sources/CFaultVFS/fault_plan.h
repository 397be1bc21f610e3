#pragma once

#include "CFaultVFS.h"

/// What a file is asked to do, as far as it can fail.
typedef enum { OPERATION_WRITE, OPERATION_SYNC, OPERATION_TRUNCATE } Operation;

/// What becomes of one operation: SQLite's error code, or `SQLITE_OK` to let it happen.
typedef struct {
    int status;
    bool torn; // write the first half, then fail
} Verdict;

/// Counts an operation on a file, and says what becomes of it. `path` may be NULL, for a temporary file.
Verdict fault_plan_judge(const char *_Nullable path, Operation operation);
