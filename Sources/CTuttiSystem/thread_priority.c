#define _GNU_SOURCE
#include "CTuttiSystem.h"

#include <sys/resource.h>
#include <unistd.h>

// On Linux a priority belongs to a thread: its number is taken where POSIX has a process.
void CTuttiSystem_lowerThreadPriority(int nice) { setpriority(PRIO_PROCESS, (id_t)gettid(), nice); }
