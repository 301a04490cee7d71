/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include "ledger/header.h"
#include "ledger/note.h"

/*
 * A checkpoint: a note of exactly three lines that states the size and the root of a log, signed
 * with the log's key under the log's origin as its name (C2SP tlog-checkpoint without extension
 * lines, docs/format/note.md 3).  Parsing refuses every other spelling of the same values, and a
 * fourth line.
 *
 * Pure; any thread.
 */
struct checkpoint {
    const char *origin;
    uint64_t size;
    struct hash root;
    struct note note; /* the note it came from, for further signatures */
};

/* <agency>/fed1/<cid hex>, of the private log <agency>/fed1/local */
char *checkpoint_origin(struct arena *mem, const char *agency, const unsigned char cid[HASH_SIZE]);
char *checkpoint_body(
    struct arena *mem, const char *origin, uint64_t size, const struct hash *root);
struct bytes checkpoint_make(struct arena *mem, const char *origin, uint64_t size,
    const struct hash *root, const struct sign_secret *key);
NODISCARD enum err checkpoint_parse(struct op *op, struct bytes in, struct checkpoint *ret_point);
/* Parses, and takes only a valid signature of `key` for the log of that origin. */
NODISCARD enum err checkpoint_open(struct op *op, struct bytes in, const char *origin,
    const struct sign_public *key, struct checkpoint *ret_point);

#endif
