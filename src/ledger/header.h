/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_HEADER_H
#define LEDGER_HEADER_H

#include "crypto/hash.h"

struct op;

/*
 * The header of an entry: the leaf of a log, for ever and for everybody in the channel.  One CBOR
 * array of twelve fields, docs/format/log.md 3.  It says who may read, on what ground, what it
 * answers and what the payload commits to; it never says anything about a person.
 *
 * header_decode() refuses every input that is not the one encoding of a header that may exist, with
 * a message that names the field.  It applies the rules that need nothing but the header, and the
 * party of the log's author where that is given (-1: unknown).  What needs the note in force is
 * policy's, what needs the type set is command's and peer's (header_check_creating), what needs the
 * entry before it (seq, hlc) is header_check_next().
 *
 * rec and actor borrow from the input; type and refs lie in op->mem.  No value tree is built: a
 * decoder that reads a log in a loop marks and rewinds its arena.
 *
 * Pure; any thread.
 */
enum {
    HEADER_SIZE_MAX = 4096,
    HEADER_REFS_MAX = 64,
    HEADER_TYPE_MAX = 32,
    HEADER_REC_SIZE = 16,
    HEADER_ART_MAX = 9999,
    HEADER_PARTIES = 64,
    HEADER_PRIVATE_OWNER = 0xff, /* byte 0 of a record id of a private log */
};
#define HEADER_SEQ_END ((uint64_t)1 << 40)

/* A log is (channel, author).  The private log is the zero channel, party 0. */
struct log_id {
    unsigned char cid[HASH_SIZE];
    unsigned party;
};

bool log_is_private(const struct log_id *log);
bool log_equal(const struct log_id *a, const struct log_id *b);
int log_compare(const struct log_id *a, const struct log_id *b); /* by (cid, party) */
struct log_id log_private(void);

struct header_ref {
    unsigned party;
    uint64_t seq;
    struct hash leaf;
};

struct header {
    uint64_t seq;
    uint64_t hlc;
    const char *type;         /* noun.step */
    const unsigned char *rec; /* 16 bytes, or NULL */
    bool has_prev;
    uint64_t prev;
    uint64_t to;  /* a bit for each party */
    unsigned art; /* 0: none */
    struct header_ref *refs;
    size_t ref_count;
    const unsigned char *actor; /* 16 bytes, or NULL */
    unsigned keep;
    bool has_pay;
    uint32_t pay_len;
    struct hash commit;
};

NODISCARD enum err header_decode(
    struct op *op, struct bytes in, bool is_private, int author, struct header *ret_header);

/* The same rules on a header that is about to be encoded. */
NODISCARD enum err header_check(struct op *op, const struct header *h, bool is_private, int author);

/* h is a creating owner step in a channel: its record must carry the author's number in byte 0. */
NODISCARD enum err header_check_creating(struct op *op, const struct header *h, unsigned author);

/* h stands at `seq` after an entry of clock `last_hlc` (0 at the beginning). */
NODISCARD enum err header_check_next(
    struct op *op, const struct header *h, uint64_t seq, uint64_t last_hlc);

/* The encoding of a header that header_check() takes; at most HEADER_SIZE_MAX bytes. */
struct bytes header_encode(struct arena *mem, const struct header *h);

/* Leaf hash: H(0x00 || header). */
void header_leaf(struct bytes header, struct hash *ret_leaf);

/* Recorded time: minutes since 1970 UTC. */
int64_t header_recorded_min(const struct header *h);

/* `noun.step`, as in field 3; and the length of the noun. */
bool header_type_valid(const char *type, size_t len);
size_t header_noun_len(const char *type);

/* reg. log. key. erase. cosign.: rest on no article. */
bool header_type_free(const char *type);

#endif
