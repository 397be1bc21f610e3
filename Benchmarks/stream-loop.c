/* What many streams at one time cost with libcurl alone: one thread, its multi interface, epoll, nothing read of them.
 *
 *     clang -O2 -o stream-loop Benchmarks/stream-loop.c -lcurl
 *     ./stream-loop URL COUNT        URL of a server that streams, such as http://127.0.0.1:PORT/v1/chat/completions
 *
 * Prints one line of JSON: streams that ended well, bytes, processor time and wall time.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

static const char body[] =
    "{\"model\":\"mock-model\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Count.\"}]}";

static int poller;
static long timer_ms = -1;
static size_t bytes;

static size_t take(char *data, size_t size, size_t count, void *context) {
    (void)data;
    (void)context;
    bytes += size * count;
    return size * count;
}

static int watch(CURL *easy, curl_socket_t socket, int what, void *context, void *known) {
    struct epoll_event event = {.data.fd = socket};
    (void)easy;
    (void)context;
    (void)known;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(poller, EPOLL_CTL_DEL, socket, &event);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
    if (epoll_ctl(poller, EPOLL_CTL_MOD, socket, &event) != 0) epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
    return 0;
}

static int set_timer(CURLM *multi, long milliseconds, void *context) {
    (void)multi;
    (void)context;
    timer_ms = milliseconds;
    return 0;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 3) return fprintf(stderr, "usage: stream-loop URL COUNT\n"), 2;
    int streams = atoi(arguments[2]), running = 0, done = 0;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    poller = epoll_create1(0);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Authorization: Bearer sk-test");
    headers = curl_slist_append(headers, "Expect:");
    double begun = now();
    for (int index = 0; index < streams; index++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, arguments[1]);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
        curl_multi_add_handle(multi, easy);
    }
    do {
        struct epoll_event events[256];
        int heard = epoll_wait(poller, events, 256, timer_ms < 0 ? 1000 : (int)timer_ms);
        if (heard == 0) curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        for (int index = 0; index < heard; index++) {
            int mask = (events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR) ? CURL_CSELECT_IN : 0)
                | (events[index].events & (EPOLLOUT | EPOLLHUP | EPOLLERR) ? CURL_CSELECT_OUT : 0);
            curl_multi_socket_action(multi, events[index].data.fd, mask, &running);
        }
        CURLMsg *message;
        int left;
        while ((message = curl_multi_info_read(multi, &left))) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *easy = message->easy_handle;
            if (message->data.result == CURLE_OK) done++;
            curl_multi_remove_handle(multi, easy);
            curl_easy_cleanup(easy);
        }
    } while (running > 0);
    double wall = now() - begun;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"streams\": %d, \"bytes\": %zu, \"cpu_s\": %.3f, \"wall_s\": %.3f}\n", done, bytes,
        seconds(usage.ru_utime) + seconds(usage.ru_stime), wall);
    return done == streams ? 0 : 1;
}
