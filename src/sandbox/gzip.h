#ifndef NUMDESK_SANDBOX_GZIP_H
#define NUMDESK_SANDBOX_GZIP_H

#include <stddef.h>
struct buf;

/* Enough of RFC 1951 and 1952 to make a client unpack: stored blocks, and one bomb. Saves the sandbox a library. */
void gzip_pack(struct buf *b);                                  /* replaces the contents by their gzip form */

/* How many bytes come out of one: 8 matches of 258 bytes in 104 bits. */
#define GZIP_BOMB_RATIO (8 * 258 / 13)
/* A gzip head, then a piece that may be repeated for ever; returns the piece's length, which is the end of b. */
size_t gzip_bomb(struct buf *b);

#endif
