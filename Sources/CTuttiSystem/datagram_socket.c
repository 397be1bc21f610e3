#define _GNU_SOURCE
#include "CTuttiSystem.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// The path of a socket's address is a C array inside of a struct, which Swift sees as a tuple of 108 members.
static int address_of(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length + 1);
    return 0;
}

int CTuttiSystem_bindDatagramSocket(const char *path) {
    struct sockaddr_un address;
    if (address_of(path, &address) != 0) return -1;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        int reason = errno;
        close(descriptor);
        errno = reason;
        return -1;
    }
    return descriptor;
}

void CTuttiSystem_sendHint(int descriptor, const char *path) {
    struct sockaddr_un address;
    if (address_of(path, &address) != 0) return;
    (void)sendto(descriptor, "!", 1, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
}

int CTuttiSystem_sendNotice(const char *path, const char *text) {
    struct sockaddr_un address;
    if (address_of(path, &address) != 0) return -1;
    socklen_t length = sizeof address;
    if (path[0] == '@') {
        // The name of an abstract socket has no end but its length.
        address.sun_path[0] = 0;
        length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    }
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    size_t count = strlen(text);
    ssize_t sent = sendto(
        descriptor, text, count, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, length);
    int reason = errno;
    close(descriptor);
    errno = reason;
    return sent == (ssize_t)count ? 0 : -1;
}
