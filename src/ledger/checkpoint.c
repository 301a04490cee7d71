/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/checkpoint.h"

#include <string.h>

#include "base/op.h"

char *
checkpoint_origin(struct arena *mem, const char *agency, const unsigned char cid[HASH_SIZE])
{
    struct bytes id = bytes_of(cid, HASH_SIZE);

    if (bytes_is_zero(id))
        return arena_printf(mem, "%s/fed1/local", agency);
    return arena_printf(mem, "%s/fed1/%s", agency, enc_hex(mem, id));
}

char *
checkpoint_body(struct arena *mem, const char *origin, uint64_t size, const struct hash *root)
{
    return arena_printf(
        mem, "%s\n%llu\n%s\n", origin, (unsigned long long)size, enc_base64(mem, hash_view(root)));
}

struct bytes
checkpoint_make(struct arena *mem, const char *origin, uint64_t size, const struct hash *root,
    const struct sign_secret *key)
{
    return note_make(mem, bytes_text(checkpoint_body(mem, origin, size, root)), origin, key);
}

static enum err
malformed(struct op *op)
{
    return op_fail(op, ERR_INVALID,
        "The checkpoint is malformed: expected origin, size and root, one a line.");
}

/* A decimal number without a needless zero in front, below HEADER_SEQ_END + 1. */
static bool
parse_size(struct bytes s, uint64_t *ret_size)
{
    uint64_t n = 0;

    if (s.len == 0 || s.len > 13 || (s.p[0] == '0' && s.len > 1))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(s.p[i] - '0');
    }
    *ret_size = n;
    return n <= HEADER_SEQ_END;
}

/* The next line of *rest, without its newline. */
static bool
next_line(struct bytes *rest, struct bytes *ret_line)
{
    const unsigned char *end = rest->len == 0 ? NULL : memchr(rest->p, '\n', rest->len);
    size_t len;

    if (end == NULL)
        return false;
    len = (size_t)(end - rest->p);
    *ret_line = bytes_of(rest->p, len);
    *rest = bytes_of(end + 1, rest->len - len - 1);
    return true;
}

enum err
checkpoint_parse(struct op *op, struct bytes in, struct checkpoint *ret_point)
{
    struct checkpoint cp;
    struct bytes rest, origin, size, root, raw;

    TRY(note_parse(op, in, &cp.note));
    rest = cp.note.body;
    if (!next_line(&rest, &origin) || !next_line(&rest, &size) || !next_line(&rest, &root) ||
        rest.len != 0 || origin.len == 0 || !parse_size(size, &cp.size) ||
        !dec_base64(op->mem, (const char *)root.p, root.len, &raw) || raw.len != HASH_SIZE)
        return malformed(op);
    cp.origin = bytes_cstr(op->mem, origin);
    memcpy(cp.root.b, raw.p, HASH_SIZE);
    *ret_point = cp;
    return ERR_OK;
}

enum err
checkpoint_open(struct op *op, struct bytes in, const char *origin, const struct sign_public *key,
    struct checkpoint *ret_point)
{
    struct checkpoint cp;

    TRY(checkpoint_parse(op, in, &cp));
    if (strcmp(cp.origin, origin) != 0)
        return op_fail(op, ERR_INVALID, "The checkpoint is of the log %s; expected that of %s.",
            cp.origin, origin);
    if (!note_verify(&cp.note, origin, NOTE_ED25519, key))
        return op_fail(op, ERR_PROOF,
            "The checkpoint of %s is not signed with the key in its agency's manifest. "
            "Do not use it; ask the agency.",
            origin);
    *ret_point = cp;
    return ERR_OK;
}
