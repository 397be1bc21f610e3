#pragma once

#include <stdint.h>

/// The number that the Swift runtime gives a task for its whole life, or 0 outside of any task.
///
/// A task's address is used again as soon as the task is gone; its number never is.
uint64_t CTuttiSystem_currentTaskNumber(void);
