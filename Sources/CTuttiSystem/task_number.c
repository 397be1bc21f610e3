#include "CTuttiSystem.h"

#include <stddef.h>

// Both are exported by the Swift runtime for its debugger and stable there since Swift 5.5.
extern void *swift_task_getCurrent(void) __attribute__((swiftcall));
extern uint64_t swift_task_getJobTaskId(void *job) __attribute__((swiftcall));

uint64_t CTuttiSystem_currentTaskNumber(void) {
    void *task = swift_task_getCurrent();
    return task == NULL ? 0 : swift_task_getJobTaskId(task);
}
