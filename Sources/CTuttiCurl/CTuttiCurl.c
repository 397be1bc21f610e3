#define _GNU_SOURCE
#include "CTuttiCurl.h"

#include <curl/curl.h>
#include <sys/socket.h>

int CTuttiCurl_setNumber(void *easy, unsigned option, long value) {
    return (int)curl_easy_setopt(easy, (CURLoption)option, value);
}

int CTuttiCurl_setSize(void *easy, unsigned option, int64_t value) {
    return (int)curl_easy_setopt(easy, (CURLoption)option, (curl_off_t)value);
}

int CTuttiCurl_setText(void *easy, unsigned option, const char *text) {
    return (int)curl_easy_setopt(easy, (CURLoption)option, text);
}

int CTuttiCurl_setPointer(void *easy, unsigned option, void *pointer) {
    return (int)curl_easy_setopt(easy, (CURLoption)option, pointer);
}

int CTuttiCurl_setBody(void *easy, const void *bytes, size_t length) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    return (int)(code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes));
}

int CTuttiCurl_setCallbacks(
    void *easy, void *context, CTuttiCurl_TakeBytes head, CTuttiCurl_TakeBytes body, CTuttiCurl_OpenSocket open,
    CTuttiCurl_Connected connected) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, head);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, (curl_opensocket_callback)open);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, connected);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
    return (int)code;
}

int CTuttiCurl_socket(const void *address) {
    const struct curl_sockaddr *peer = address;
    return socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

int CTuttiCurl_setQuickExit(void *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return (int)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return (int)CURLE_OK;
#endif
}

int CTuttiCurl_setMultiNumber(void *multi, unsigned option, long value) {
    return (int)curl_multi_setopt(multi, (CURLMoption)option, value);
}

int CTuttiCurl_setHooks(void *multi, CTuttiCurl_WatchSocket watch, CTuttiCurl_SetTimer timer, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return (int)code;
}

int CTuttiCurl_shareSessions(void *share) {
    return (int)curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

long CTuttiCurl_number(void *easy, unsigned information) {
    long value = 0;
    return curl_easy_getinfo(easy, (CURLINFO)information, &value) == CURLE_OK ? value : 0;
}

void *CTuttiCurl_pointer(void *easy, unsigned information) {
    char *value = NULL;
    return curl_easy_getinfo(easy, (CURLINFO)information, &value) == CURLE_OK ? value : NULL;
}

int CTuttiCurl_result(const void *message) { return (int)((const CURLMsg *)message)->data.result; }
