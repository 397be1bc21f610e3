#ifndef CTUTTIWEB_H
#define CTUTTIWEB_H

#include <stddef.h>

/// One file of the dashboard, as part of the program.
struct CTuttiWeb_file {
    /// Below the folder `web`, such as `js/main.js`.
    const char *_Nonnull path;
    const unsigned char *_Nonnull bytes;
    size_t count;
};

/// How many files there are.
size_t CTuttiWeb_count(void);

/// One of them, in the order of their paths.
const struct CTuttiWeb_file *_Nonnull CTuttiWeb_at(size_t index);

#endif
