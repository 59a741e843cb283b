// The running SHA-256 (SHA256_Init and so on) is marked deprecated in OpenSSL 3, but it alone has a
// state that can be saved and taken up again.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
