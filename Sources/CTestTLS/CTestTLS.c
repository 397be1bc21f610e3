#include "CTestTLS.h"

#include <signal.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/// Tests write to pipes and sockets whose other end may be gone. The signal would end the whole bundle at once, with
/// nothing said and nothing of its output written.
__attribute__((constructor)) static void ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

static int add_extension(X509 *certificate, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    if (extension == NULL) return 0;
    int done = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return done;
}

int CTestTLS_makeCertificate(const char *host, const char *certificateFile, const char *keyFile) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    if (key == NULL || certificate == NULL) return -1;
    char names[300];
    snprintf(names, sizeof names, "DNS:%s", host);
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)host, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    int done = add_extension(certificate, NID_subject_alt_name, names) &&
               add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
               X509_sign(certificate, key, EVP_sha256());
    FILE *file = done ? fopen(certificateFile, "w") : NULL;
    done = file != NULL && PEM_write_X509(file, certificate);
    if (file != NULL) fclose(file);
    file = done ? fopen(keyFile, "w") : NULL;
    done = file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    if (file != NULL) fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return done ? 0 : -1;
}

static int choose(
    SSL *session, const unsigned char **chosen, unsigned char *length, const unsigned char *offered, unsigned count,
    void *wanted) {
    (void)session;
    size_t size = strlen(wanted);
    for (unsigned at = 0; at < count; at += 1 + offered[at])
        if (offered[at] == size && memcmp(offered + at + 1, wanted, size) == 0) {
            *chosen = offered + at + 1;
            *length = offered[at];
            return SSL_TLSEXT_ERR_OK;
        }
    return SSL_TLSEXT_ERR_NOACK;
}

void *CTestTLS_accept(int socket, const char *certificateFile, const char *keyFile, const char *protocol) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL) return NULL;
    SSL *session = NULL;
    if (SSL_CTX_use_certificate_file(context, certificateFile, SSL_FILETYPE_PEM) == 1 &&
        SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1) {
        if (protocol != NULL) SSL_CTX_set_alpn_select_cb(context, choose, (void *)protocol);
        session = SSL_new(context);
    }
    if (session != NULL && (SSL_set_fd(session, socket) != 1 || SSL_accept(session) != 1)) {
        SSL_free(session);
        session = NULL;
    }
    SSL_CTX_free(context);
    return session;
}

int CTestTLS_read(void *session, void *bytes, int count) { return SSL_read(session, bytes, count); }

int CTestTLS_write(void *session, const void *bytes, int count) { return SSL_write(session, bytes, count); }

void CTestTLS_end(void *session, int politely) {
    if (politely) SSL_shutdown(session);
    SSL_free(session);
}
