#ifndef NUMDESK_SANDBOX_STREAM_H
#define NUMDESK_SANDBOX_STREAM_H

#include <stdint.h>

#include <microhttpd.h>
struct answer;
struct sandbox;

/* Bodies that are not simply there: they take the answer's body, n below 0 means the default. */
struct MHD_Response *stream_cut(struct answer *a, int64_t n);           /* promises all, sends n bytes, closes */
struct MHD_Response *stream_slow(struct sandbox *s, struct answer *a, int64_t bytes_per_second);
struct MHD_Response *stream_huge(struct answer *a, int64_t n);          /* the body, then spaces: n bytes, chunked */
struct MHD_Response *stream_bomb(int64_t n);                                    /* gzip that unpacks to n bytes */

#endif
