/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_MANIFEST_H
#define LEDGER_MANIFEST_H

#include "ledger/note.h"

/*
 * Key manifests: the note in which an agency says who it is, which keys speak for it and where its
 * node is reached, signed with its root key (docs/format/note.md 4).  The file of the newest one is
 * the agency's contact card.
 *
 *     manifest_parse    shape and grammar
 *     manifest_open     parse, and the signature of the root key that it names: a card by itself
 *     manifest_follows  may `next` replace `last`?  Serial, hash chain, who signed
 *     manifest_make     the note of a struct, signed by the root key; parses what it made
 *
 * A root key never enters a node directory: manifest_make works on files alone.
 * Views point into the input, the rest lies in op->mem.  Pure; any thread.
 */
enum {
    MANIFEST_LOGS_MAX = 64,
    MANIFEST_LIST_MAX = 16, /* witnesses, age recipients, pins, addresses, revocations: each */
};

struct manifest_log {
    bool any; /* for every channel, and the private log */
    unsigned char cid[HASH_SIZE];
    struct sign_public key;
    uint64_t from;
    bool has_until;
    uint64_t until;
};

struct manifest_age {
    const char *recipient;
    int64_t until_ms;
};

struct manifest_revoked {
    struct sign_public key;
    unsigned char cid[HASH_SIZE];
    uint64_t size;
    struct hash root;
    const char *reason;
};

struct manifest {
    const char *agency; /* FED1 name */
    const char *name;
    const char *symbol; /* in document numbers: CAT38 */
    bool demo;
    uint64_t serial;
    bool has_previous;
    struct hash previous; /* of the body of the manifest before */
    int64_t issued_ms;
    struct vkey root;
    struct vkey recovery;
    const struct manifest_log *logs; /* at least one */
    size_t log_count;
    const struct vkey *witnesses; /* at least one */
    size_t witness_count;
    const struct manifest_age *age;
    size_t age_count;
    const struct hash *tls; /* SHA-256 of SubjectPublicKeyInfo */
    size_t tls_count;
    const char *const *addresses; /* https URLs: a hint, the pin decides */
    size_t address_count;
    const struct manifest_revoked *revoked;
    size_t revoked_count;
    struct hash body_hash; /* filled by parse */
    struct note note;      /* filled by parse */
    struct bytes file;     /* the whole note, filled by parse */
};

enum manifest_change { MANIFEST_SAME_ROOT, MANIFEST_NEW_ROOT, MANIFEST_RECOVERED };

NODISCARD enum err manifest_parse(struct op *op, struct bytes in, struct manifest *ret_manifest);
NODISCARD enum err manifest_open(struct op *op, struct bytes in, struct manifest *ret_manifest);
NODISCARD enum err manifest_follows(struct op *op, const struct manifest *last,
    const struct manifest *next, enum manifest_change *ret_change);
char *manifest_body(struct arena *mem, const struct manifest *m);
NODISCARD enum err manifest_make(struct op *op, const struct manifest *m,
    const struct sign_secret *root, struct manifest *ret_manifest);

/* The key that signs checkpoints of that log at that size; NULL: none does. */
const struct sign_public *manifest_log_key(
    const struct manifest *m, const unsigned char cid[HASH_SIZE], uint64_t size);
bool manifest_has_pin(const struct manifest *m, const struct hash *spki);

/* [a-z0-9][a-z0-9.-]{0,61}[a-z0-9] with a dot */
bool agency_name_valid(const char *s, size_t len);

#endif
