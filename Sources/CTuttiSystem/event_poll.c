#include "CTuttiSystem.h"

struct epoll_event CTuttiSystem_event(uint32_t events, uint64_t mark) {
    struct epoll_event event = {.events = events, .data.u64 = mark};
    return event;
}

uint64_t CTuttiSystem_eventMark(struct epoll_event event) { return event.data.u64; }
