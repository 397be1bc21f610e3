#define _GNU_SOURCE
#include "CTuttiSystem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Addresses of both families lie in one struct only by casts that Swift has no easy words for.
static int describe(const struct sockaddr_storage *address, char *text, int *port) {
    const void *bytes;
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        bytes = &v4->sin_addr;
        *port = ntohs(v4->sin_port);
    } else {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
        bytes = &v6->sin6_addr;
        *port = ntohs(v6->sin6_port);
    }
    return inet_ntop(address->ss_family, bytes, text, CTuttiSystem_ADDRESS_SIZE) == NULL ? -1 : 0;
}

static socklen_t parse(const char *text, int port, struct sockaddr_storage *address) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        return sizeof *v6;
    }
    return 0;
}

int CTuttiSystem_listen(const char *text, int port, int backlog) {
    struct sockaddr_storage address;
    int one = 1;
    socklen_t size = parse(text, port, &address);
    if (size == 0) {
        errno = EINVAL;
        return -1;
    }
    int descriptor = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    // A server that starts again need not wait for the old one's last connections to be forgotten.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0 || listen(descriptor, backlog) != 0) {
        int reason = errno;
        close(descriptor);
        errno = reason;
        return -1;
    }
    return descriptor;
}

int CTuttiSystem_accept(int listener, char *text, int *port) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int one = 1;
    int descriptor = accept4(listener, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return -1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (describe(&address, text, port) != 0) text[0] = 0;
    return descriptor;
}

int CTuttiSystem_localAddress(int socket, char *text, int *port) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &size) != 0) return -1;
    return describe(&address, text, port);
}
