#include "CTuttiSystem.h"

#include <sys/prctl.h>

// Variadic in C, so out of Swift's reach.
void CTuttiSystem_nameThread(const char *name) { prctl(PR_SET_NAME, name); }
