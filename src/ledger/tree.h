/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H

#include "crypto/hash.h"

struct op;

/*
 * The Merkle tree of RFC 6962 over leaf hashes.  `struct tree` is the compact range of a log that
 * only grows: the roots of its complete subtrees, largest first, at most 64 hashes whatever the
 * size.  Adding a leaf costs two node hashes at most on average; a copy by value is a snapshot, so
 * a writer that must undo keeps the old struct.
 *
 * Proofs are lists of hashes as in RFC 6962 2.1; making one reads leaf hashes (in memory here, the
 * first landing has no stored tiles), checking one needs only what the verifier has.
 *
 * Pure; any thread.
 */
enum { TREE_PROOF_MAX = 63 };

struct tree {
    uint64_t size;
    struct hash peak[64]; /* one for each 1 bit of size, largest subtree first */
};

void tree_init(struct tree *t);
void tree_add(struct tree *t, const struct hash *leaf);
void tree_root(const struct tree *t, struct hash *ret_root); /* of no leaves: H("") */

void tree_leaf(struct bytes data, struct hash *ret_leaf); /* H(00 || data) */
void tree_node(
    const struct hash *l, const struct hash *r, struct hash *ret_node); /* H(01 || l || r) */
void tree_root_of(const struct hash *leaves, size_t n, struct hash *ret_root);

struct tree_proof {
    struct hash h[TREE_PROOF_MAX + 1];
    size_t count;
};

/* Leaf `index` is in the tree of the n leaves; index < n. */
void tree_prove_leaf(
    const struct hash *leaves, size_t n, size_t index, struct tree_proof *ret_proof);
NODISCARD bool tree_check_leaf(const struct hash *leaf, uint64_t index, uint64_t size,
    const struct tree_proof *proof, const struct hash *root);
/* The tree of the first `old` leaves is a prefix of that of n; 0 < old <= n. */
void tree_prove_prefix(
    const struct hash *leaves, size_t n, size_t old, struct tree_proof *ret_proof);
NODISCARD bool tree_check_prefix(uint64_t old, const struct hash *old_root, uint64_t size,
    const struct hash *root, const struct tree_proof *proof);

#endif
