/* A provider that answers at once, in the dialects of chat completions and of messages: what stands behind a gateway
 * whose own cost is measured. One thread, epoll, connections that are kept.
 *
 *     clang -O2 -o instant-models Benchmarks/gateway/instant-models.c
 *     ./instant-models PORT
 *
 * What is asked for decides: with "stream":true the answer is 34 events, each sent by itself, else one of about 600
 * bytes. Streams of the model `paced` pause 5 ms before each event and say when it was sent; those of the model `held`
 * say one event and then nothing. Everything else is ready before the first request.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 34, INPUT_MAX = 256 << 10, CONNECTIONS_MAX = 8192, PAUSE_MS = 5 };

struct answer {
    char whole[2048];
    size_t whole_size;
    char events[EVENTS][1024];
    size_t sizes[EVENTS];
};

struct connection {
    char *input;
    size_t size;
    const struct answer *paced; /* what is still to be sent, an event at a time */
    int next;
    double due;
};

static struct answer chat, messages;
static struct connection connections[CONNECTIONS_MAX];
static int paced_count;

static const char stream_head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The event as one chunk of its own; the first one has the head before it, the last one the end behind it. */
static void add_event(struct answer *answer, int place, const char *event) {
    answer->sizes[place] = (size_t)snprintf(
        answer->events[place], sizeof answer->events[place], "%s%zx\r\n%s\r\n%s", place == 0 ? stream_head : "",
        strlen(event), event, place == EVENTS - 1 ? "0\r\n\r\n" : "");
}

static void set_whole(struct answer *answer, const char *body) {
    answer->whole_size = (size_t)snprintf(
        answer->whole, sizeof answer->whole,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
}

static const char text[] =
    "The quick brown fox jumps over the lazy dog, and the dog does not mind at all. It has seen many foxes, some of "
    "them quicker, and none of them has ever come back to tell how it went. So it sleeps on in the sun, and dreams.";

static void make_chat(void) {
    char event[900];
    const char *frame =
        "data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\",\"created\":1764500000,"
        "\"model\":\"mock\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n";
    snprintf(event, sizeof event, frame, "{\"role\":\"assistant\",\"content\":\"\"}", "null");
    add_event(&chat, 0, event);
    for (int place = 1; place < EVENTS - 3; place++) {
        char delta[64];
        snprintf(delta, sizeof delta, "{\"content\":\" word %02d\"}", place);
        snprintf(event, sizeof event, frame, delta, "null");
        add_event(&chat, place, event);
    }
    snprintf(event, sizeof event, frame, "{}", "\"stop\"");
    add_event(&chat, EVENTS - 3, event);
    add_event(
        &chat, EVENTS - 2,
        "data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\",\"created\":1764500000,"
        "\"model\":\"mock\",\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":31,"
        "\"total_tokens\":51}}\n\n");
    add_event(&chat, EVENTS - 1, "data: [DONE]\n\n");
    char body[1500];
    snprintf(
        body, sizeof body,
        "{\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion\",\"created\":1764500000,"
        "\"model\":\"mock\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\","
        "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":20,"
        "\"completion_tokens\":44,\"total_tokens\":64,\"prompt_tokens_details\":{\"cached_tokens\":0}}}",
        text);
    set_whole(&chat, body);
}

static void make_messages(void) {
    char event[900];
    add_event(
        &messages, 0,
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_0123456789abcdef\","
        "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"mock\",\"content\":[],\"stop_reason\":null,"
        "\"stop_sequence\":null,\"usage\":{\"input_tokens\":20,\"output_tokens\":1}}}\n\n");
    add_event(
        &messages, 1,
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
        "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
    for (int place = 2; place < EVENTS - 3; place++) {
        snprintf(
            event, sizeof event,
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
            "\"delta\":{\"type\":\"text_delta\",\"text\":\" word %02d\"}}\n\n",
            place);
        add_event(&messages, place, event);
    }
    add_event(
        &messages, EVENTS - 3,
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n");
    add_event(
        &messages, EVENTS - 2,
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
        "\"stop_sequence\":null},\"usage\":{\"output_tokens\":31}}\n\n");
    add_event(&messages, EVENTS - 1, "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    char body[1500];
    snprintf(
        body, sizeof body,
        "{\"id\":\"msg_0123456789abcdef\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"mock\","
        "\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
        "\"usage\":{\"input_tokens\":20,\"output_tokens\":44}}",
        text);
    set_whole(&messages, body);
}

static void put(int socket, const char *bytes, size_t size) {
    /* Whoever does not read 20 kB for so long is not measured. */
    while (size > 0) {
        ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) continue;
        if (sent <= 0) return;
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* An event of a paced stream: its text is the moment at which it is sent, in microseconds. */
static void put_paced(int socket, struct connection *connection) {
    char event[1024], *place;
    int number = connection->next++;
    memcpy(event, connection->paced->events[number], connection->paced->sizes[number] + 1);
    /* The moment has as many characters as what stands there, so that the chunk stays as long as it says. */
    if ((place = strstr(event, " word ")) != NULL) {
        char moment[16];
        snprintf(moment, sizeof moment, "@%07llu", (unsigned long long)(now() * 1e6) % 10000000ULL);
        memcpy(place, moment, 8);
    }
    put(socket, event, connection->paced->sizes[number]);
    connection->due += PAUSE_MS / 1e3;
    if (connection->next == EVENTS) connection->paced = NULL, paced_count--;
}

static int contains(const char *bytes, size_t size, const char *word) {
    return memmem(bytes, size, word, strlen(word)) != NULL;
}

static void answer(int socket, struct connection *connection, const char *head, size_t head_size, const char *body,
    size_t body_size) {
    const struct answer *kind = contains(head, head_size < 120 ? head_size : 120, "/messages") ? &messages : &chat;
    int streams = contains(body, body_size, "\"stream\":true") || contains(body, body_size, "\"stream\": true");
    if (!streams) {
        put(socket, kind->whole, kind->whole_size);
    } else if (contains(body, body_size, "\"held\"")) {
        for (int place = 0; place < 3; place++) put(socket, kind->events[place], kind->sizes[place]);
    } else if (contains(body, body_size, "\"paced\"")) {
        connection->paced = kind;
        connection->next = 0;
        connection->due = now() + PAUSE_MS / 1e3;
        paced_count++;
    } else {
        for (int place = 0; place < EVENTS; place++) put(socket, kind->events[place], kind->sizes[place]);
    }
}

/* Answers a request that is whole; gives how many bytes it had, or 0. */
static size_t take(int socket, struct connection *connection) {
    char *end = memmem(connection->input, connection->size, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    size_t head = (size_t)(end - connection->input) + 4, body = 0;
    for (char *line = connection->input; line != NULL && line < end; line = memchr(line, '\n', (size_t)(end - line))) {
        if (*line == '\n') line++;
        if (strncasecmp(line, "content-length:", 15) == 0) body = strtoul(line + 15, NULL, 10);
    }
    if (connection->size < head + body) return 0;
    answer(socket, connection, connection->input, head, connection->input + head, body);
    return head + body;
}

static void hang_up(int socket) {
    struct connection *connection = &connections[socket];
    if (connection->paced != NULL) paced_count--;
    free(connection->input);
    memset(connection, 0, sizeof *connection);
    close(socket);
}

static void read_from(int socket) {
    struct connection *connection = &connections[socket];
    static char scratch[INPUT_MAX];
    memcpy(scratch, connection->input != NULL ? connection->input : "", connection->size);
    ssize_t count = recv(socket, scratch + connection->size, sizeof scratch - connection->size, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return hang_up(socket);
    struct connection view = *connection;
    view.input = scratch;
    view.size += (size_t)count;
    size_t taken;
    while (view.size > 0 && (taken = take(socket, &view)) > 0) {
        view.input += taken;
        view.size -= taken;
    }
    free(connection->input);
    char *rest = view.size > 0 ? malloc(view.size) : NULL;
    if (rest != NULL) memcpy(rest, view.input, view.size);
    *connection = view;
    connection->input = rest;
}

static int listen_at(int port) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&place, sizeof place) != 0 || listen(listener, 4096) != 0) {
        perror("instant-models");
        exit(1);
    }
    return listener;
}

static void accept_all(int listener, int poller) {
    int one = 1, accepted;
    while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (accepted >= CONNECTIONS_MAX) { close(accepted); continue; }
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = accepted};
        epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event);
    }
}

int main(int count, char **arguments) {
    if (count != 2) return fprintf(stderr, "usage: instant-models PORT\n"), 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    make_chat();
    make_messages();
    int listener = listen_at(atoi(arguments[1])), poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    while (1) {
        int heard = epoll_wait(poller, events, 256, paced_count > 0 ? 1 : -1);
        for (int index = 0; index < heard; index++) {
            if (events[index].data.fd == listener) accept_all(listener, poller);
            else read_from(events[index].data.fd);
        }
        if (paced_count == 0) continue;
        double moment = now();
        for (int socket = 0; socket < CONNECTIONS_MAX; socket++) {
            struct connection *connection = &connections[socket];
            if (connection->paced != NULL && connection->due <= moment) put_paced(socket, connection);
        }
    }
}
