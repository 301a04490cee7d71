/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include "crypto/hash.h"
#include "crypto/sign.h"

struct op;

/*
 * Signed notes, exactly as C2SP signed-note (docs/format/note.md): a text, an empty line, signature
 * lines.  What people sign and read is a note: checkpoints, key manifests, regulations.
 *
 *     note_parse     shape only; the signatures are there, nothing is verified
 *     note_verify    one key's verdict on a parsed note
 *     note_sign_line the signature line of a key over a body
 *
 * Limits: 64 KiB, 100 signature lines.  The body is valid UTF-8 without control characters but
 * newline and ends in a newline.  A key's name has no blank and no '+'.  The verdict on an Ed25519
 * signature is libsodium's (fed1 3.6).  Views point into the parsed input, names into op->mem.
 *
 * Pure; any thread.
 */
enum {
    NOTE_SIZE_MAX = 65536,
    NOTE_SIGS_MAX = 100,
    NOTE_NAME_MAX = 255,
    NOTE_ED25519 = 0x01,
    NOTE_COSIGN = 0x04, /* cosignature/v1 */
};

struct note_sig {
    const char *name;
    unsigned char id[4];
    struct bytes sig; /* what follows the key id */
};

struct note {
    struct bytes body; /* with its last newline */
    struct note_sig *sigs;
    size_t sig_count;
};

/* A verifier key: <name>+<hash>+<base64 of type and key>. */
struct vkey {
    const char *name;
    unsigned type; /* NOTE_ED25519, NOTE_COSIGN */
    unsigned char id[4];
    struct sign_public pub;
};

enum note_verdict {
    NOTE_UNSIGNED, /* no line of this key: unknown signatures are ignored */
    NOTE_VALID,
    NOTE_FORGED, /* a line claims this key and is wrong: refuse the note */
};

NODISCARD enum err note_parse(struct op *op, struct bytes in, struct note *ret_note);
enum note_verdict note_verdict(const struct note *note, const struct vkey *key);
/* True only for NOTE_VALID. */
NODISCARD bool note_verify(
    const struct note *note, const char *name, unsigned type, const struct sign_public *pub);

/* "— <name> <base64>\n" of a key of type 0x01 over a body. */
char *note_sign_line(
    struct arena *mem, struct bytes body, const char *name, const struct sign_secret *key);
/* A whole new note: body, empty line, one signature. */
struct bytes note_make(
    struct arena *mem, struct bytes body, const char *name, const struct sign_secret *key);

void note_key_id(
    const char *name, unsigned type, const struct sign_public *pub, unsigned char ret_id[4]);
bool note_name_valid(const char *name);
NODISCARD enum err vkey_parse(struct op *op, const char *text, struct vkey *ret_key);
char *vkey_format(
    struct arena *mem, const char *name, unsigned type, const struct sign_public *pub);
void vkey_make(
    const char *name, unsigned type, const struct sign_public *pub, struct vkey *ret_key);

/* The timestamp of a cosignature/v1 that note_verdict() found valid; seconds since 1970. */
bool note_cosign_time(const struct note *note, const struct vkey *key, uint64_t *ret_time);

#endif
