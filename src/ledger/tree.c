/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/tree.h"

#include <string.h>

void
tree_leaf(struct bytes data, struct hash *ret_leaf)
{
    static const unsigned char zero[1] = { 0 };
    struct bytes parts[] = { bytes_of(zero, 1), data };

    hash_parts(parts, COUNT(parts), ret_leaf);
}

void
tree_node(const struct hash *l, const struct hash *r, struct hash *ret_node)
{
    unsigned char in[1 + 2 * HASH_SIZE];

    in[0] = 0x01;
    memcpy(in + 1, l->b, HASH_SIZE);
    memcpy(in + 1 + HASH_SIZE, r->b, HASH_SIZE);
    hash_bytes(bytes_of(in, sizeof(in)), ret_node);
}

void
tree_init(struct tree *t)
{
    memset(t, 0, sizeof(*t));
}

void
tree_add(struct tree *t, const struct hash *leaf)
{
    struct hash h = *leaf;
    int n = __builtin_popcountll(t->size);

    for (uint64_t bit = t->size; (bit & 1) != 0; bit >>= 1)
        tree_node(&t->peak[--n], &h, &h);
    t->peak[n] = h;
    t->size++;
}

void
tree_root(const struct tree *t, struct hash *ret_root)
{
    int n = __builtin_popcountll(t->size);
    struct hash h;

    if (n == 0) {
        hash_bytes(bytes_of("", 0), ret_root);
        return;
    }
    h = t->peak[n - 1];
    for (int i = n - 1; i-- > 0;)
        tree_node(&t->peak[i], &h, &h);
    *ret_root = h;
}

void
tree_root_of(const struct hash *leaves, size_t n, struct hash *ret_root)
{
    struct tree t;

    t.size = 0;
    for (size_t i = 0; i < n; i++)
        tree_add(&t, &leaves[i]);
    tree_root(&t, ret_root);
}

/* The largest power of two smaller than n; n > 1. */
static size_t
split_of(size_t n)
{
    size_t k = (size_t)1 << (63 - __builtin_clzll(n));

    return k == n ? k / 2 : k;
}

static void
proof_push(struct tree_proof *p, const struct hash *leaves, size_t n)
{
    tree_root_of(leaves, n, &p->h[p->count++]);
}

/* Proofs come leaf first, so what is met on the way down is turned around at the end. */
static void
proof_reverse(struct tree_proof *p)
{
    for (size_t i = 0, j = p->count; i + 1 < j; i++) {
        struct hash h = p->h[i];

        p->h[i] = p->h[--j];
        p->h[j] = h;
    }
}

void
tree_prove_leaf(const struct hash *leaves, size_t n, size_t index, struct tree_proof *ret_proof)
{
    ret_proof->count = 0;
    while (n > 1) {
        size_t k = split_of(n);

        if (index < k) {
            proof_push(ret_proof, leaves + k, n - k);
            n = k;
        } else {
            proof_push(ret_proof, leaves, k);
            leaves += k;
            index -= k;
            n -= k;
        }
    }
    proof_reverse(ret_proof);
}

/* RFC 6962 2.1.2, SUBPROOF from the top down. */
void
tree_prove_prefix(const struct hash *leaves, size_t n, size_t old, struct tree_proof *ret_proof)
{
    bool whole = true; /* the old tree itself is a subtree here: its root is known */

    ret_proof->count = 0;
    while (old != n) {
        size_t k = split_of(n);

        if (old <= k) {
            proof_push(ret_proof, leaves + k, n - k);
            n = k;
        } else {
            proof_push(ret_proof, leaves, k);
            leaves += k;
            old -= k;
            n -= k;
            whole = false;
        }
    }
    if (!whole)
        proof_push(ret_proof, leaves, n);
    proof_reverse(ret_proof);
}

/* RFC 9162 2.1.3.2. */
bool
tree_check_leaf(const struct hash *leaf, uint64_t index, uint64_t size,
    const struct tree_proof *proof, const struct hash *root)
{
    uint64_t fn = index, sn = size - 1;
    struct hash h = *leaf;

    if (index >= size || proof->count > TREE_PROOF_MAX)
        return false;
    for (size_t i = 0; i < proof->count; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            tree_node(&proof->h[i], &h, &h);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            tree_node(&h, &proof->h[i], &h);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_equal(&h, root);
}

/* RFC 9162 2.1.4.2, its steps 4 to 7; the first hash is the old root itself when that is a peak. */
static bool
walk_prefix(uint64_t fn, uint64_t sn, struct hash *old, struct hash *new,
    const struct tree_proof *proof, size_t from)
{
    for (size_t i = from; i < proof->count; i++) {
        const struct hash *c = &proof->h[i];

        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            tree_node(c, old, old);
            tree_node(c, new, new);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            tree_node(new, c, new);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0;
}

bool
tree_check_prefix(uint64_t old, const struct hash *old_root, uint64_t size, const struct hash *root,
    const struct tree_proof *proof)
{
    bool peak = (old & (old - 1)) == 0; /* a complete subtree */
    uint64_t fn = old - 1, sn = size - 1;
    struct hash a, b;

    if (old == 0 || old > size || proof->count > TREE_PROOF_MAX)
        return false;
    if (old == size)
        return proof->count == 0 && hash_equal(old_root, root);
    if (proof->count == 0)
        return false;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    a = b = peak ? *old_root : proof->h[0];
    if (!walk_prefix(fn, sn, &a, &b, proof, peak ? 0 : 1))
        return false;
    return hash_equal(&a, old_root) && hash_equal(&b, root);
}
