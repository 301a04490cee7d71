/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_SEAL_H
#define LEDGER_SEAL_H

#include "crypto/hash.h"

/*
 * How a payload is kept apart from the log: sealed under a salt of its own, and committed to in the
 * header by the root of a salted tree over chunks of 64 KiB (docs/format/log.md 4).  Whoever has
 * the salt can open and check it; overwriting the 32 bytes of the salt makes every copy of the
 * sealed bytes useless and leaves the commitment a hash of something unknown.
 *
 * Sealing keeps the length and is deterministic given the salt; a salt is random and never used
 * twice (random_fill).  seal_open() does not check anything: compare seal_commit() with the header
 * before opening what came from outside.
 *
 * Pure; any thread.
 */
enum { SEAL_SALT_SIZE = 32, SEAL_CHUNK = 65536 };

/* sealed in mem, as long as the plaintext; at most 4 GiB - 1 (the caller's limit is lower) */
void seal_make(struct arena *mem, struct bytes plain, const unsigned char salt[SEAL_SALT_SIZE],
    struct bytes *ret_sealed, struct hash *ret_commit);
struct bytes seal_open(
    struct arena *mem, const unsigned char salt[SEAL_SALT_SIZE], struct bytes sealed);
void seal_commit(
    const unsigned char salt[SEAL_SALT_SIZE], struct bytes sealed, struct hash *ret_commit);

/* For what is too large for one call: the leaf of chunk i; the tree over leaves is 0x03 nodes. */
void seal_leaf(const unsigned char salt[SEAL_SALT_SIZE], uint64_t i, struct bytes chunk,
    struct hash *ret_leaf);
/* The commitment from chunk leaves; true when it is that of the header. */
bool seal_leaves_match(const struct hash *leaves, size_t n, const struct hash *commit);

#endif
