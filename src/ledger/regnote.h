/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_REGNOTE_H
#define LEDGER_REGNOTE_H

#include "ledger/note.h"
#include "policy/regulation.h"

struct manifest;

/*
 * Regulations as signed notes on files: the body is policy's (policy/regulation.h), the signatures
 * are those of the parties' root keys, each under the name of its agency (docs/format/note.md 6).
 * Works on files alone: a root key never enters a node directory.
 *
 * Views point into the input, the rest lies in op->mem.  Pure; any thread.
 */

/* Parses note and body and fills in cid and body_hash.  Signatures are not asked for. */
NODISCARD enum err regnote_load(struct op *op, struct bytes in, const struct regulation **ret_reg);

/* Which parties' signatures are there and valid.  A wrong one of a known key refuses the note. */
NODISCARD enum err regnote_signatures(
    struct op *op, struct bytes in, const struct regulation *reg, uint64_t *ret_mask);

/* Is it in force by its signatures?  `previous`: the revision before, NULL for revision 1. */
bool regnote_complete(
    const struct regulation *reg, const struct regulation *previous, uint64_t mask);
/* The same, with a message that names who must still sign; revision, channel and hash chain too. */
NODISCARD enum err regnote_check(struct op *op, struct bytes in, const struct regulation *previous,
    const struct regulation **ret_reg);

/* Adds the signature of a party's root key to a draft or a note; a second time changes nothing. */
NODISCARD enum err regnote_sign(
    struct op *op, struct bytes in, const struct sign_secret *root, struct bytes *ret_note);

/* The text of a draft of revision 1, ready to be edited and signed. */
struct regnote_draft {
    const char *title;
    int issuer; /* party whose decision it is; -1: joint */
    int64_t effective_ms;
    int64_t ends_ms;                       /* 0: no end */
    const struct manifest *const *parties; /* party n = parties[n] */
    size_t party_count;
    struct hash types;
    struct hash calendar;
    const char *const
        *lines; /* article, grant, deadline, retain, winddown: as they stand in a note */
    size_t line_count;
};
NODISCARD enum err regnote_new(struct op *op, const struct regnote_draft *draft, char **ret_body);

#endif
