#pragma once

#include <stddef.h>

/// Writes a self-signed certificate for one host name, and its key, to two files (PEM); 0 when it is done.
int CTestTLS_makeCertificate(
    const char *_Nonnull host, const char *_Nonnull certificateFile, const char *_Nonnull keyFile);

/// The server's side of TLS on a connected socket; `protocol` is what it chooses in ALPN, NULL for nothing. NULL when
/// there is no handshake.
void *_Nullable CTestTLS_accept(
    int socket, const char *_Nonnull certificateFile, const char *_Nonnull keyFile, const char *_Nullable protocol);

/// Reads some bytes; 0 or less at the end.
int CTestTLS_read(void *_Nonnull session, void *_Nonnull bytes, int count);

/// Writes all bytes; 0 or less when it cannot.
int CTestTLS_write(void *_Nonnull session, const void *_Nonnull bytes, int count);

/// Ends the session; with `politely`, the peer is told so.
void CTestTLS_end(void *_Nonnull session, int politely);
