#pragma once
#include <zlib.h>

/// The macro asks for the version and the size of the structure, which Swift cannot pass.
static inline int CZlib_deflateInit2(z_stream *_Nonnull stream, int level, int windowBits) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
}
