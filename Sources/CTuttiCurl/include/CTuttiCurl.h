#pragma once

#include <stddef.h>
#include <stdint.h>

// libcurl sets its options by variadic functions, which Swift does not import: here they are by type. The handles and
// lists are libcurl's own; options and informations are passed as its numbers. Nothing here keeps state.

/// `curl_easy_setopt` of an option that takes a long; gives the CURLcode.
int CTuttiCurl_setNumber(void *_Nonnull easy, unsigned option, long value);

/// `curl_easy_setopt` of an option that takes a curl_off_t; gives the CURLcode.
int CTuttiCurl_setSize(void *_Nonnull easy, unsigned option, int64_t value);

/// `curl_easy_setopt` of an option that takes a text, which libcurl copies; gives the CURLcode.
int CTuttiCurl_setText(void *_Nonnull easy, unsigned option, const char *_Nullable text);

/// `curl_easy_setopt` of an option that takes a list, a share or a buffer, which libcurl does not copy.
int CTuttiCurl_setPointer(void *_Nonnull easy, unsigned option, void *_Nullable pointer);

/// Gives the request a body, which libcurl copies.
int CTuttiCurl_setBody(void *_Nonnull easy, const void *_Nonnull bytes, size_t length);

/// Takes bytes of a head or a body: gives the count that was taken, another count to end the transfer, or
/// CURL_WRITEFUNC_PAUSE.
typedef size_t (*CTuttiCurl_TakeBytes)(char *_Nonnull bytes, size_t one, size_t count, void *_Nonnull context);
/// Makes the socket for a connection that is about to be tried: gives CTuttiCurl_socket(address).
typedef int (*CTuttiCurl_OpenSocket)(void *_Nonnull context, int purpose, void *_Nonnull address);
/// A connection is there, and the request is about to be sent: gives CURL_PREREQFUNC_OK.
typedef int (*CTuttiCurl_Connected)(
    void *_Nonnull context, char *_Nullable address, char *_Nullable local, int port, int localPort);

/// Sets what libcurl calls for one transfer, on the thread that drives it; `context` comes with each call and has to
/// live as long as the handle. Gives the CURLcode.
int CTuttiCurl_setCallbacks(
    void *_Nonnull easy, void *_Nonnull context, CTuttiCurl_TakeBytes _Nonnull head,
    CTuttiCurl_TakeBytes _Nonnull body, CTuttiCurl_OpenSocket _Nonnull open, CTuttiCurl_Connected _Nonnull connected);

/// A close-on-exec socket for a `struct curl_sockaddr`; CURL_SOCKET_BAD when there is none to be had.
int CTuttiCurl_socket(const void *_Nonnull address);

/// Has libcurl leave a lookup of a name alone that is still going on when its transfer ends, where it knows how (7.87);
/// otherwise it waits for the lookup, and every other transfer with it. Gives the CURLcode.
int CTuttiCurl_setQuickExit(void *_Nonnull easy);

/// `curl_multi_setopt` of an option that takes a long; gives the CURLMcode.
int CTuttiCurl_setMultiNumber(void *_Nonnull multi, unsigned option, long value);

/// Which socket libcurl wants to be told about, with CURL_POLL_…; 0 is always given.
typedef int (*CTuttiCurl_WatchSocket)(
    void *_Nonnull easy, int socket, int what, void *_Nonnull context, void *_Nullable mark);
/// When libcurl wants to be called next, in milliseconds; -1 is never. 0 is always given.
typedef int (*CTuttiCurl_SetTimer)(void *_Nonnull multi, long milliseconds, void *_Nonnull context);

/// Sets both, with the context that comes with each call; gives the CURLMcode.
int CTuttiCurl_setHooks(
    void *_Nonnull multi, CTuttiCurl_WatchSocket _Nonnull watch, CTuttiCurl_SetTimer _Nonnull timer,
    void *_Nonnull context);

/// Has a share hold TLS sessions, so that a new connection can resume an older one's; gives the CURLSHcode.
int CTuttiCurl_shareSessions(void *_Nonnull share);

/// `curl_easy_getinfo` of a long; 0 when it is not known.
long CTuttiCurl_number(void *_Nonnull easy, unsigned information);

/// `curl_easy_getinfo` of a pointer, such as CURLINFO_PRIVATE.
void *_Nullable CTuttiCurl_pointer(void *_Nonnull easy, unsigned information);

/// The result that a message of a transfer's end carries in a union; gives the CURLcode.
int CTuttiCurl_result(const void *_Nonnull message);
