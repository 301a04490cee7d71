/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

/*
 * Views of bytes, and a growing buffer with a hard limit.
 *
 * `struct bytes` is a borrowed view, passed by value: it owns nothing and lives as long as what it
 * points to, nearly always an arena.  Text that a person wrote is a NUL-terminated `char *` from an
 * arena, valid UTF-8 in NFC (base/utf8.h checks it at the edge); bytes are for everything else.
 *
 * `struct buf` grows inside an arena up to the maximum it was made with.  A write beyond it is
 * dropped and remembered: buf_full() is asked once at the end instead of after each write.
 */
struct bytes {
    const unsigned char *p;
    size_t len;
};

struct bytes bytes_of(const void *p, size_t len);
struct bytes bytes_text(const char *s);                        /* without the NUL; NULL gives none */
struct bytes bytes_dup(struct arena *mem, struct bytes b);     /* a copy, NUL after its end */
char *bytes_cstr(struct arena *mem, struct bytes b);           /* a copy as text; NULs inside stay */
bool bytes_equal(struct bytes a, struct bytes b);              /* not for secrets */
int bytes_compare(struct bytes a, struct bytes b);             /* memcmp order, shorter first */
bool bytes_is_zero(struct bytes b);

struct buf {
    struct arena *mem;
    unsigned char *p;
    size_t len;
    size_t room;
    size_t max;
    bool full;
};

void buf_init(struct buf *b, struct arena *mem, size_t max);
void buf_put(struct buf *b, const void *p, size_t len);
void buf_bytes(struct buf *b, struct bytes v);
void buf_text(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v); /* big-endian, as everywhere in docs/format */
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
bool buf_full(const struct buf *b); /* true: something did not fit and was dropped */
struct bytes buf_view(const struct buf *b);
char *buf_cstr(struct buf *b); /* the buffer's own memory, NUL-terminated */

/* A cursor over bytes; reading past the end gives zeros and sets `bad`. */
struct reader {
    const unsigned char *p;
    size_t left;
    bool bad;
};

struct reader reader_of(struct bytes b);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
struct bytes read_bytes(struct reader *r, size_t len); /* borrowed; empty when there is not enough */

/* Lower-case hexadecimal and base64 (RFC 4648 section 4).  Decoding is strict: one spelling each. */
char *enc_hex(struct arena *mem, struct bytes b);
bool dec_hex(const char *s, size_t len, unsigned char *ret_bytes, size_t size); /* len == 2 * size */
char *enc_base64(struct arena *mem, struct bytes b);
NODISCARD bool dec_base64(struct arena *mem, const char *s, size_t len, struct bytes *ret_bytes);

#endif
