/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/seal.h"

#include <string.h>

#include "crypto/secret.h"
#include "crypto/stream.h"

/* Complete subtrees of the salted tree, as in ledger/tree.c but with nodes H(03 || l || r). */
struct salted {
    uint64_t size;
    struct hash peak[64];
};

static void
salted_node(const struct hash *l, const struct hash *r, struct hash *ret_node)
{
    unsigned char in[1 + 2 * HASH_SIZE];

    in[0] = 0x03;
    memcpy(in + 1, l->b, HASH_SIZE);
    memcpy(in + 1 + HASH_SIZE, r->b, HASH_SIZE);
    hash_bytes(bytes_of(in, sizeof(in)), ret_node);
}

static void
salted_add(struct salted *t, const struct hash *leaf)
{
    struct hash h = *leaf;
    int n = __builtin_popcountll(t->size);

    for (uint64_t bit = t->size; (bit & 1) != 0; bit >>= 1)
        salted_node(&t->peak[--n], &h, &h);
    t->peak[n] = h;
    t->size++;
}

/* size > 0 */
static void
salted_root(const struct salted *t, struct hash *ret_root)
{
    int n = __builtin_popcountll(t->size);
    struct hash h = t->peak[n - 1];

    for (int i = n - 1; i-- > 0;)
        salted_node(&t->peak[i], &h, &h);
    *ret_root = h;
}

static void
seal_key(const unsigned char salt[SEAL_SALT_SIZE], struct hash *ret_key)
{
    unsigned char in[1 + SEAL_SALT_SIZE];

    in[0] = 0x04;
    memcpy(in + 1, salt, SEAL_SALT_SIZE);
    hash_bytes(bytes_of(in, sizeof(in)), ret_key);
    secret_wipe(in, sizeof(in));
}

struct bytes
seal_open(struct arena *mem, const unsigned char salt[SEAL_SALT_SIZE], struct bytes sealed)
{
    unsigned char *out = arena_alloc(mem, sealed.len + 1);
    struct hash key;

    seal_key(salt, &key);
    if (sealed.len > 0)
        stream_xor(key.b, sealed, out);
    secret_wipe(&key, sizeof(key));
    return bytes_of(out, sealed.len);
}

void
seal_leaf(
    const unsigned char salt[SEAL_SALT_SIZE], uint64_t i, struct bytes chunk, struct hash *ret_leaf)
{
    unsigned char head[1 + SEAL_SALT_SIZE + 8];
    struct bytes parts[] = { bytes_of(head, sizeof(head)), chunk };

    head[0] = 0x02;
    memcpy(head + 1, salt, SEAL_SALT_SIZE);
    for (unsigned k = 0; k < 8; k++)
        head[1 + SEAL_SALT_SIZE + k] = (unsigned char)(i >> 8 * (7 - k));
    hash_parts(parts, COUNT(parts), ret_leaf);
    secret_wipe(head, sizeof(head));
}

void
seal_commit(const unsigned char salt[SEAL_SALT_SIZE], struct bytes sealed, struct hash *ret_commit)
{
    struct salted t;
    struct hash leaf;
    size_t at = 0;

    t.size = 0;
    do {
        size_t n = sealed.len - at < SEAL_CHUNK ? sealed.len - at : SEAL_CHUNK;

        seal_leaf(salt, t.size, n == 0 ? bytes_of("", 0) : bytes_of(sealed.p + at, n), &leaf);
        salted_add(&t, &leaf);
        at += n;
    } while (at < sealed.len);
    salted_root(&t, ret_commit);
}

void
seal_make(struct arena *mem, struct bytes plain, const unsigned char salt[SEAL_SALT_SIZE],
    struct bytes *ret_sealed, struct hash *ret_commit)
{
    *ret_sealed = seal_open(mem, salt, plain); /* the same exclusive or, both ways */
    seal_commit(salt, *ret_sealed, ret_commit);
}

bool
seal_leaves_match(const struct hash *leaves, size_t n, const struct hash *commit)
{
    struct salted t;
    struct hash root;

    t.size = 0;
    for (size_t i = 0; i < n; i++)
        salted_add(&t, &leaves[i]);
    if (n == 0)
        return false;
    salted_root(&t, &root);
    return hash_equal(&root, commit);
}
