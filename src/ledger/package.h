/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_PACKAGE_H
#define LEDGER_PACKAGE_H

#include "base/bytes.h"
#include "ledger/pay_state.h"

struct op;

/*
 * Packages: how entries travel, over the peer port and in bundles (docs/format/wire.md 2).  At most
 * 256 entries of one log, their headers first, then their payloads or why these are not here.
 *
 * This is the codec alone: it knows framing and limits, not logs.  What a header says, whether the
 * hashes prove it and whether a payload keeps its commitment is asked by whoever takes the package.
 * With `plain` set, data is the opened payload, and the receiver seals it again with the salt
 * before it checks the commitment; nothing of it may be read before.
 *
 * Pure; any thread.
 */
enum {
    PACKAGE_COUNT_MAX = 256,
    PACKAGE_PAY_MAX = 65536, /* a larger payload is fetched by itself */
    PACKAGE_SIZE_MAX = 20 * 1024 * 1024,
    PACKAGE_HEAD = 24, /* bytes before the headers */
};

struct package_item {
    struct bytes header;
    enum pay_state pay;        /* meaningful when the package has payloads */
    const unsigned char *salt; /* 32 bytes, for PAY_HELD */
    struct bytes data;         /* for PAY_HELD: sealed, or plain when the package says so */
};

struct package {
    uint64_t first; /* seq of items[0] */
    size_t count;
    bool has_pay;
    bool plain;
    struct package_item *items;
};

/* PAY_REFUSED is written as PAY_MISSING, a held payload over PACKAGE_PAY_MAX as PAY_LARGE. */
NODISCARD enum err package_encode(struct op *op, const struct package *p, struct buf *out);

/*
 * The first package of `in`: *ret_used is its length, or 0 when more bytes are needed (then nothing
 * else is written).  Views point into `in`, items lie in op->mem.  A package that can never become
 * right is refused as soon as its first 24 bytes are there.
 */
NODISCARD enum err package_decode(
    struct op *op, struct bytes in, struct package *ret_package, size_t *ret_used);

/*
 * Every package of a complete stream, in order; each must begin where the one before it ended.
 * Stops at the first error of `each`.  A stream that ends inside a package is refused after the
 * complete ones were given out.
 */
typedef enum err package_each_fn(struct op *op, const struct package *p, void *arg);
NODISCARD enum err package_each(
    struct op *op, struct bytes stream, package_each_fn *each, void *arg);

#endif
