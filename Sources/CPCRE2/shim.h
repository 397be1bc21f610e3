#pragma once
// Texts are UTF-8 here; the header asks for the size of their units before it is included.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Swift sees no types that a macro has named, so the functions that are used are named as their library has them.
