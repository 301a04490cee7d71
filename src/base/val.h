/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_VAL_H
#define BASE_VAL_H

#include "base/bytes.h"

/*
 * One tree of values for everything that has a shape only at run time: the payload of an entry
 * (base/cbor.h), a JSON request or answer (base/json.h), the data of a page (render/template.h).
 *
 * A value lives in an arena and is never freed alone.  Text is NUL-terminated UTF-8.  A map keeps
 * the order in which its keys were put; the CBOR encoder sorts them.  Asking a value for what it is
 * not gives NULL, zero or false, so a caller that has checked the shape need not check again.
 */
enum val_kind { VAL_NULL, VAL_BOOL, VAL_UINT, VAL_BYTES, VAL_TEXT, VAL_LIST, VAL_MAP };

struct val {
    enum val_kind kind;
    bool yes;          /* VAL_BOOL */
    uint64_t uint;     /* VAL_UINT */
    struct bytes data; /* VAL_BYTES, VAL_TEXT (NUL after its end) */
    struct arena *mem; /* VAL_LIST, VAL_MAP: where they grow */
    struct val **items; /* VAL_LIST: members; VAL_MAP: values */
    const char **keys;  /* VAL_MAP */
    size_t count;
    size_t room;
};

struct val *val_null(struct arena *mem);
struct val *val_bool(struct arena *mem, bool yes);
struct val *val_uint(struct arena *mem, uint64_t n);
struct val *val_bytes(struct arena *mem, struct bytes b);  /* borrows the bytes */
struct val *val_text(struct arena *mem, const char *s);    /* borrows the text; NULL gives VAL_NULL */
struct val *val_textn(struct arena *mem, const char *s, size_t len); /* copies */
struct val *val_printf(struct arena *mem, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct val *val_list(struct arena *mem);
struct val *val_map(struct arena *mem);

void val_push(struct val *list, struct val *item);
void val_put(struct val *map, const char *key, struct val *value); /* replaces; borrows the key */
void val_put_text(struct val *map, const char *key, const char *s); /* NULL: nothing is put */
void val_put_uint(struct val *map, const char *key, uint64_t n);
void val_put_bool(struct val *map, const char *key, bool yes);
void val_put_bytes(struct val *map, const char *key, struct bytes b);
void val_drop(struct val *map, const char *key);

struct val *val_get(const struct val *map, const char *key);          /* NULL when absent */
const char *val_get_text(const struct val *map, const char *key);     /* NULL when absent or no text */
uint64_t val_get_uint(const struct val *map, const char *key);
bool val_get_bool(const struct val *map, const char *key);
struct bytes val_get_bytes(const struct val *map, const char *key);   /* of VAL_BYTES; else empty */
const char *val_str(const struct val *v); /* text of VAL_TEXT, else NULL */
size_t val_count(const struct val *v);    /* members of a list or map; 0 for NULL and the rest */
struct val *val_at(const struct val *list, size_t i);
bool val_equal(const struct val *a, const struct val *b); /* maps without regard to order */
struct val *val_copy(struct arena *mem, const struct val *v); /* deep, into another arena */

#endif
