#include "CTuttiSystem.h"

#include <sys/ioctl.h>

int CTuttiSystem_terminalSize(int descriptor, int *rows, int *columns) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return 0;
}
