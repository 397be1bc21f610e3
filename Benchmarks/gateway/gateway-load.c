/* Asks a gateway for answers, on connections that are kept, and tells how fast they came. One thread, epoll.
 *
 *     clang -O2 -o gateway-load Benchmarks/gateway/gateway-load.c
 *     ./gateway-load load PORT PATH BODY KEY CONNECTIONS SECONDS [RATE]
 *     ./gateway-load count PORT PATH BODY KEY CONNECTIONS REQUESTS
 *     ./gateway-load hold PORT PATH BODY KEY STREAMS
 *
 * `load` sends the next request of a connection when it has its answer; with RATE so many a second in all, each from
 * the moment at which it was due. `count` is the same for so many requests. `hold` opens streams, says so when each has
 * sent something, and keeps them until its input ends.
 *
 * Prints one line of JSON: answers that came whole and with status 200, failures, wall time, median and p99 of the time
 * to the whole answer in ms, and of how late the first text of a `paced` stream of instant-models was.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_MAX = 64 << 10, SAMPLES_MAX = 8 << 20 };

/* Where the reader of an answer is. */
enum part { HEAD, SIZED, CHUNK_SIZE, CHUNK, CHUNK_END, LAST_LINE, CLOSED };

struct connection {
    int socket, is_busy, is_good, has_text, sees_end;
    enum part part;
    size_t left; /* of the body or of the chunk */
    char line[4096];
    size_t line_size;
    double begun;
};

static char request[1 << 16];
static size_t request_size;
static struct sockaddr_in place;
static struct connection *connections;
static int poller, is_paced, is_holding;
static float *times, *late;
static size_t times_count, late_count, failures, speaking;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void add(float *samples, size_t *count, double value) {
    if (*count < SAMPLES_MAX) samples[(*count)++] = (float)value;
}

static void connect_to(struct connection *connection) {
    int one = 1;
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&place, sizeof place) != 0) {
        perror("gateway-load");
        exit(1);
    }
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(poller, EPOLL_CTL_ADD, connection->socket, &event);
}

static void ask(struct connection *connection, double due) {
    connection->is_busy = 1;
    connection->is_good = connection->has_text = connection->sees_end = 0;
    connection->part = HEAD;
    connection->line_size = 0;
    connection->begun = due;
    if (send(connection->socket, request, request_size, MSG_NOSIGNAL) != (ssize_t)request_size) failures++;
}

static void finish(struct connection *connection) {
    connection->is_busy = 0;
    if (connection->is_good) add(times, &times_count, (now() - connection->begun) * 1e3);
    else failures++;
}

/* Looks into what has come of a body: the moment in the first text of a paced stream. */
static void look(struct connection *connection, const char *bytes, size_t size) {
    if (is_holding && !connection->has_text) connection->has_text = 1, speaking++;
    if (!is_paced || connection->has_text) return;
    const char *mark = memmem(bytes, size, "\"@", 2);
    if (mark == NULL || mark + 9 > bytes + size) return;
    connection->has_text = 1;
    long sent = strtol(mark + 2, NULL, 10), seen = (long)((unsigned long long)(now() * 1e6) % 10000000ULL);
    add(late, &late_count, (double)((seen - sent + 10000000L) % 10000000L) / 1e3);
}

static void take_head(struct connection *connection) {
    connection->line[connection->line_size] = 0;
    connection->is_good = strncmp(connection->line, "HTTP/1.1 200", 12) == 0;
    const char *size = strcasestr(connection->line, "\ncontent-length:");
    connection->left = size != NULL ? strtoul(size + 16, NULL, 10) : 0;
    int is_chunked = strcasestr(connection->line, "\ntransfer-encoding: chunked") != NULL;
    connection->part = size != NULL ? SIZED : is_chunked ? CHUNK_SIZE : CLOSED;
    connection->line_size = 0;
    if (connection->part == SIZED && connection->left == 0) finish(connection);
}

/* A line of the head or of the chunks has come. */
static void take_line(struct connection *connection) {
    size_t size = connection->line_size;
    if (connection->part == HEAD) {
        if (size >= 4 && memcmp(connection->line + size - 4, "\r\n\r\n", 4) == 0) take_head(connection);
        return;
    }
    connection->line_size = 0;
    if (connection->part == LAST_LINE) {
        if (size <= 2) finish(connection);
    } else if (connection->part == CHUNK_END) {
        connection->part = CHUNK_SIZE;
    } else {
        connection->left = strtoul(connection->line, NULL, 16);
        connection->part = connection->left > 0 ? CHUNK : LAST_LINE;
    }
}

static void take(struct connection *connection, const char *bytes, size_t size) {
    while (size > 0 && connection->is_busy) {
        size_t count = 1;
        if (connection->part == SIZED || connection->part == CHUNK) {
            count = size < connection->left ? size : connection->left;
            look(connection, bytes, count);
            connection->left -= count;
            if (connection->left == 0 && connection->part == SIZED) finish(connection);
            else if (connection->left == 0) connection->part = CHUNK_END;
        } else {
            const char *end = memchr(bytes, '\n', size);
            count = end != NULL ? (size_t)(end - bytes) + 1 : size;
            if (connection->line_size + count >= sizeof connection->line) { failures++; exit(1); }
            memcpy(connection->line + connection->line_size, bytes, count);
            connection->line_size += count;
            if (end != NULL) take_line(connection);
        }
        bytes += count;
        size -= count;
    }
}

static void read_from(struct connection *connection) {
    static char input[INPUT_MAX];
    ssize_t count = recv(connection->socket, input, sizeof input, 0);
    if (count > 0) return take(connection, input, (size_t)count);
    if (count < 0 && errno == EINTR) return;
    if (connection->is_busy) connection->is_good = 0, finish(connection);
    close(connection->socket);
    connect_to(connection);
}

static int order(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

static double part_of(float *samples, size_t count, double part) {
    if (count == 0) return 0;
    return (double)samples[(size_t)((double)(count - 1) * part)];
}

static void tell(double wall) {
    qsort(times, times_count, sizeof *times, order);
    qsort(late, late_count, sizeof *late, order);
    printf(
        "{\"answers\": %zu, \"failures\": %zu, \"wall_s\": %.3f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
        "\"first_p50_ms\": %.3f, \"first_p99_ms\": %.3f}\n",
        times_count, failures, wall, part_of(times, times_count, 0.5), part_of(times, times_count, 0.99),
        part_of(late, late_count, 0.5), part_of(late, late_count, 0.99));
}

static void wait_and_read(double limit) {
    struct epoll_event events[256];
    struct timespec time = {.tv_sec = (time_t)limit, .tv_nsec = (long)((limit - (double)(time_t)limit) * 1e9)};
    int heard = epoll_pwait2(poller, events, 256, &time, NULL);
    for (int index = 0; index < heard; index++) read_from(events[index].data.ptr);
}

static struct connection *idle(int count) {
    static int next;
    for (int tried = 0; tried < count; tried++, next++)
        if (!connections[next % count].is_busy) return &connections[next++ % count];
    return NULL;
}

/* The next as soon as the last is there, until the time is over or so many have been asked. */
static void run_closed(int count, double seconds, size_t requests) {
    double begun = now();
    size_t asked = 0;
    while (times_count + failures < requests) {
        if (now() - begun > seconds) requests = asked;
        for (int index = 0; index < count && asked < requests; index++)
            if (!connections[index].is_busy) ask(&connections[index], now()), asked++;
        wait_and_read(0.1);
    }
    tell(now() - begun);
}

static void run_steady(int count, double seconds, double rate) {
    double begun = now();
    size_t asked = 0, wanted = (size_t)(seconds * rate);
    while (times_count + failures < wanted) {
        double due = begun + (double)asked / rate, moment = now();
        struct connection *free = asked < wanted && due <= moment ? idle(count) : NULL;
        if (free != NULL) { ask(free, due); asked++; continue; }
        wait_and_read(asked < wanted && due > moment ? due - moment : 0.01);
    }
    tell(now() - begun);
}

static void hold(int count) {
    is_holding = 1;
    for (int index = 0; index < count; index++) {
        ask(&connections[index], now());
        if (index % 50 == 49) for (int round = 0; round < 20; round++) wait_and_read(0.001);
    }
    double begun = now();
    while (speaking < (size_t)count && now() - begun < 30) wait_and_read(0.1);
    printf("{\"open\": %zu, \"failures\": %zu}\n", speaking, failures);
    fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {}
}

int main(int count, char **arguments) {
    if (count < 7) return fprintf(stderr, "usage: gateway-load load|count|hold PORT PATH BODY KEY …\n"), 2;
    const char *body = arguments[4];
    int wanted = atoi(arguments[6]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    place = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[2]))};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    request_size = (size_t)snprintf(
        request, sizeof request,
        "POST %s HTTP/1.1\r\nHost: localhost:%s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
        "Accept: */*\r\nUser-Agent: gateway-load\r\nContent-Length: %zu\r\n\r\n%s",
        arguments[3], arguments[2], arguments[5], strlen(body), body);
    is_paced = strstr(body, "paced") != NULL;
    times = malloc(SAMPLES_MAX * sizeof *times);
    late = malloc(SAMPLES_MAX * sizeof *late);
    connections = calloc((size_t)wanted, sizeof *connections);
    poller = epoll_create1(EPOLL_CLOEXEC);
    for (int index = 0; index < wanted; index++) connect_to(&connections[index]);
    if (strcmp(arguments[1], "hold") == 0) return hold(wanted), 0;
    if (strcmp(arguments[1], "count") == 0) return run_closed(wanted, 1e9, strtoul(arguments[7], NULL, 10)), 0;
    if (count > 8) return run_steady(wanted, atof(arguments[7]), atof(arguments[8])), 0;
    return run_closed(wanted, atof(arguments[7]), (size_t)-1), 0;
}
