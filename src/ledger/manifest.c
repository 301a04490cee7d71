/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/manifest.h"

#include <string.h>

#include "base/date.h"
#include "base/op.h"
#include "base/utf8.h"
#include "ledger/note_lines.h"

static enum err
expected(struct op *op, const struct note_lines *l, const char *grammar)
{
    return op_fail(op, ERR_INVALID, "Line %zu of the key manifest is not right: expected \"%s\".",
        l->number + 1, grammar);
}

static enum err
too_many(struct op *op, const struct note_lines *l)
{
    return op_fail(op, ERR_TOO_BIG,
        "Line %zu of the key manifest is one line of its kind too many.", l->number);
}

bool
agency_name_valid(const char *s, size_t len)
{
    bool dot = false;

    if (len < 2 || len > 63)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool alnum = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9');

        if (!alnum && (i == 0 || i + 1 == len || (s[i] != '.' && s[i] != '-')))
            return false;
        dot |= s[i] == '.';
    }
    return dot;
}

/* --- Parsing --- */

static enum err
parse_who(struct op *op, struct note_lines *l, struct manifest *m)
{
    if (!note_lines_flag(l, "fed1/keys"))
        return expected(op, l, "fed1/keys");
    if (!note_lines_take(l, "agency", &m->agency) ||
        !agency_name_valid(m->agency, strlen(m->agency)))
        return expected(op, l, "agency <name, such as g01.38.vn>");
    if (!note_lines_take(l, "name", &m->name) || strlen(m->name) > 400 ||
        !utf8_is_nfc(bytes_text(m->name)))
        return expected(op, l, "name <full name>");
    if (!note_lines_take(l, "symbol", &m->symbol) || strlen(m->symbol) > 40 ||
        strchr(m->symbol, ' ') != NULL || !utf8_is_nfc(bytes_text(m->symbol)))
        return expected(op, l, "symbol <in document numbers, such as CAT38>");
    m->demo = note_lines_flag(l, "demo");
    return ERR_OK;
}

static enum err
parse_when(struct op *op, struct note_lines *l, struct manifest *m)
{
    const char *v;

    if (!note_lines_take(l, "serial", &v) || !note_number(v, &m->serial) || m->serial == 0)
        return expected(op, l, "serial <n>");
    if (!note_lines_take(l, "previous", &v))
        return expected(op, l, "previous - | <sha256>");
    m->has_previous = strcmp(v, "-") != 0;
    if (m->has_previous != (m->serial > 1) || (m->has_previous && !note_hash_hex(v, &m->previous)))
        return op_fail(op, ERR_INVALID,
            "Line %zu of the key manifest must be \"previous -\" in the first one, and "
            "the hash of the one before in every later one.",
            l->number);
    if (!note_lines_take(l, "issued", &v) || !note_time(l->mem, v, &m->issued_ms))
        return expected(op, l, "issued <UTC, such as 2026-10-31T17:00:00Z>");
    return ERR_OK;
}

static enum err
parse_roots(struct op *op, struct note_lines *l, struct manifest *m)
{
    const char *v;

    if (!note_lines_take(l, "root", &v))
        return expected(op, l, "root <vkey>");
    TRY(vkey_parse(op, v, &m->root));
    if (!note_lines_take(l, "recovery", &v))
        return expected(op, l, "recovery <vkey>");
    TRY(vkey_parse(op, v, &m->recovery));
    if (strcmp(m->root.name, m->agency) != 0 || strcmp(m->recovery.name, m->agency) != 0 ||
        m->root.type != NOTE_ED25519 || m->recovery.type != NOTE_ED25519)
        return op_fail(op, ERR_INVALID,
            "The root and recovery keys of %s must be Ed25519 keys under its name.", m->agency);
    if (memcmp(m->root.pub.b, m->recovery.pub.b, sizeof(m->root.pub.b)) == 0)
        return op_fail(op, ERR_INVALID,
            "The recovery key of %s is its root key. Make another one, and keep it in "
            "another place.",
            m->agency);
    return ERR_OK;
}

static bool
parse_log(struct arena *mem, const char *const *w, size_t n, struct manifest_log *ret_log)
{
    struct hash cid = { { 0 } };

    ret_log->any = strcmp(w[0], "*") == 0;
    if (!ret_log->any && !note_hash_hex(w[0], &cid))
        return false;
    memcpy(ret_log->cid, cid.b, sizeof(cid.b));
    if (!note_key_base64(mem, w[1], ret_log->key.b) || strcmp(w[2], "from") != 0 ||
        !note_number(w[3], &ret_log->from))
        return false;
    ret_log->has_until = n == 6;
    return n == 4 ||
        (n == 6 && strcmp(w[4], "until") == 0 && note_number(w[5], &ret_log->until) &&
            ret_log->until >= ret_log->from);
}

static enum err
parse_logs(struct op *op, struct note_lines *l, struct manifest *m)
{
    struct manifest_log *logs = arena_array(l->mem, MANIFEST_LOGS_MAX, sizeof(*logs));
    const char *w[NOTE_WORDS_MAX];
    size_t n;

    while (note_lines_words(l, "log", 4, 6, w, &n)) {
        if (m->log_count == MANIFEST_LOGS_MAX)
            return too_many(op, l);
        if (!parse_log(l->mem, w, n, &logs[m->log_count++])) {
            l->number--;
            return expected(op, l, "log <cid|*> <key> from <size> [until <size>]");
        }
    }
    if (m->log_count == 0)
        return expected(op, l, "log <cid|*> <key> from <size> [until <size>]");
    m->logs = logs;
    return ERR_OK;
}

static enum err
parse_witnesses(struct op *op, struct note_lines *l, struct manifest *m)
{
    struct vkey *keys = arena_array(l->mem, MANIFEST_LIST_MAX, sizeof(*keys));
    size_t len = strlen(m->agency);
    const char *v;

    while (note_lines_take(l, "witness", &v)) {
        struct vkey *key = &keys[m->witness_count];

        if (m->witness_count++ == MANIFEST_LIST_MAX)
            return too_many(op, l);
        TRY(vkey_parse(op, v, key));
        if (key->type != NOTE_COSIGN || strncmp(key->name, m->agency, len) != 0 ||
            key->name[len] != '/') {
            l->number--;
            return expected(op, l, "witness <vkey of type 4 under agency/witness>");
        }
    }
    if (m->witness_count == 0)
        return expected(op, l, "witness <vkey of type 4 under agency/witness>");
    m->witnesses = keys;
    return ERR_OK;
}

static enum err
parse_age(struct op *op, struct note_lines *l, struct manifest *m)
{
    struct manifest_age *age = arena_array(l->mem, MANIFEST_LIST_MAX, sizeof(*age));
    const char *w[NOTE_WORDS_MAX];
    size_t n;

    while (note_lines_words(l, "age", 3, 3, w, &n)) {
        if (m->age_count == MANIFEST_LIST_MAX)
            return too_many(op, l);
        if (strncmp(w[0], "age1", 4) != 0 || strcmp(w[1], "until") != 0 ||
            !note_time(l->mem, w[2], &age[m->age_count].until_ms)) {
            l->number--;
            return expected(op, l, "age <age1...> until <UTC>");
        }
        age[m->age_count++].recipient = w[0];
    }
    m->age = age;
    return ERR_OK;
}

static enum err
parse_reach(struct op *op, struct note_lines *l, struct manifest *m)
{
    struct hash *tls = arena_array(l->mem, MANIFEST_LIST_MAX, sizeof(*tls));
    const char **addresses = arena_array(l->mem, MANIFEST_LIST_MAX, sizeof(*addresses));
    const char *w[NOTE_WORDS_MAX];
    size_t n;

    while (note_lines_words(l, "tls", 1, 1, w, &n)) {
        if (m->tls_count == MANIFEST_LIST_MAX)
            return too_many(op, l);
        if (!note_hash_hex(w[0], &tls[m->tls_count++])) {
            l->number--;
            return expected(op, l, "tls <sha256>");
        }
    }
    while (note_lines_words(l, "address", 1, 1, w, &n)) {
        if (m->address_count == MANIFEST_LIST_MAX)
            return too_many(op, l);
        if (strncmp(w[0], "https://", 8) != 0 || strlen(w[0]) > 300) {
            l->number--;
            return expected(op, l, "address <https URL>");
        }
        addresses[m->address_count++] = w[0];
    }
    m->tls = tls;
    m->addresses = addresses;
    return ERR_OK;
}

static enum err
parse_revoked(struct op *op, struct note_lines *l, struct manifest *m)
{
    struct manifest_revoked *all = arena_array(l->mem, MANIFEST_LIST_MAX, sizeof(*all));
    const char *w[NOTE_WORDS_MAX];
    size_t n;

    while (note_lines_words(l, "revoked", 7, 7, w, &n)) {
        struct manifest_revoked *r = &all[m->revoked_count];
        struct hash cid;

        if (m->revoked_count++ == MANIFEST_LIST_MAX)
            return too_many(op, l);
        if (!note_key_base64(l->mem, w[0], r->key.b) || !note_hash_hex(w[1], &cid) ||
            strcmp(w[2], "size") != 0 || !note_number(w[3], &r->size) ||
            strcmp(w[4], "root") != 0 || !note_key_base64(l->mem, w[5], r->root.b)) {
            l->number--;
            return expected(op, l, "revoked <key> <cid> size <n> root <base64> <reason>");
        }
        memcpy(r->cid, cid.b, sizeof(cid.b));
        r->reason = w[6];
    }
    m->revoked = all;
    return ERR_OK;
}

enum err
manifest_parse(struct op *op, struct bytes in, struct manifest *ret_manifest)
{
    struct manifest m = { 0 };
    struct note_lines l;

    TRY(note_parse(op, in, &m.note));
    l = note_lines_of(op->mem, m.note.body);
    TRY(parse_who(op, &l, &m));
    TRY(parse_when(op, &l, &m));
    TRY(parse_roots(op, &l, &m));
    TRY(parse_logs(op, &l, &m));
    TRY(parse_witnesses(op, &l, &m));
    TRY(parse_age(op, &l, &m));
    TRY(parse_reach(op, &l, &m));
    TRY(parse_revoked(op, &l, &m));
    if (!note_lines_done(&l))
        return expected(op, &l, "age | tls | address | revoked, in this order");
    hash_bytes(m.note.body, &m.body_hash);
    m.file = in;
    *ret_manifest = m;
    return ERR_OK;
}

/* --- Who signed --- */

enum err
manifest_open(struct op *op, struct bytes in, struct manifest *ret_manifest)
{
    struct manifest m;

    TRY(manifest_parse(op, in, &m));
    if (note_verdict(&m.note, &m.root) != NOTE_VALID)
        return op_fail(op, ERR_PROOF,
            "The key manifest of %s is not signed with the root key that it names. "
            "Do not use it; ask the agency for its card again.",
            m.agency);
    *ret_manifest = m;
    return ERR_OK;
}

static bool
same_key(const struct vkey *a, const struct vkey *b)
{
    return memcmp(a->pub.b, b->pub.b, sizeof(a->pub.b)) == 0;
}

static enum err
check_chain(struct op *op, const struct manifest *last, const struct manifest *next)
{
    if (strcmp(last->agency, next->agency) != 0)
        return op_fail(op, ERR_INVALID, "This key manifest is of %s; expected one of %s.",
            next->agency, last->agency);
    if (last->demo != next->demo)
        return op_fail(op, ERR_INVALID,
            "A demo node and a real one do not mix: the manifests of %s differ in it.",
            next->agency);
    if (next->serial <= last->serial)
        return op_fail(op, ERR_CONFLICT,
            "Manifest %llu of %s is not newer than %llu, which is here already.",
            (unsigned long long)next->serial, next->agency, (unsigned long long)last->serial);
    if (next->serial != last->serial + 1)
        return op_fail(op, ERR_CONFLICT,
            "Manifest %llu of %s cannot follow %llu. Give those in between first.",
            (unsigned long long)next->serial, next->agency, (unsigned long long)last->serial);
    if (!hash_equal(&next->previous, &last->body_hash))
        return op_fail(op, ERR_PROOF,
            "Manifest %llu of %s does not continue the one that is here. Do not use it; "
            "ask the agency.",
            (unsigned long long)next->serial, next->agency);
    return ERR_OK;
}

enum err
manifest_follows(struct op *op, const struct manifest *last, const struct manifest *next,
    enum manifest_change *ret_change)
{
    enum note_verdict by_last, by_next, by_recovery;

    TRY(check_chain(op, last, next));
    by_last = note_verdict(&next->note, &last->root);
    by_next = note_verdict(&next->note, &next->root);
    by_recovery = note_verdict(&next->note, &last->recovery);
    if (by_last == NOTE_VALID && by_next == NOTE_VALID) {
        *ret_change = same_key(&last->root, &next->root) ? MANIFEST_SAME_ROOT : MANIFEST_NEW_ROOT;
        return ERR_OK;
    }
    if (by_recovery == NOTE_VALID && by_last == NOTE_UNSIGNED && by_next != NOTE_FORGED) {
        *ret_change = MANIFEST_RECOVERED;
        return ERR_OK;
    }
    return op_fail(op, ERR_PROOF,
        "Manifest %llu of %s lacks the signature of the root key before it (and of a new "
        "one), or of the recovery key. Do not use it; ask the agency.",
        (unsigned long long)next->serial, next->agency);
}

/* --- Writing --- */

static void
put_logs(struct buf *b, const struct manifest *m)
{
    for (size_t i = 0; i < m->log_count; i++) {
        const struct manifest_log *g = &m->logs[i];

        buf_printf(b, "log %s %s from %llu",
            g->any ? "*" : enc_hex(b->mem, bytes_of(g->cid, sizeof(g->cid))),
            enc_base64(b->mem, bytes_of(g->key.b, sizeof(g->key.b))), (unsigned long long)g->from);
        if (g->has_until)
            buf_printf(b, " until %llu", (unsigned long long)g->until);
        buf_char(b, '\n');
    }
}

static void
put_rest(struct buf *b, const struct manifest *m)
{
    for (size_t i = 0; i < m->witness_count; i++)
        buf_printf(b, "witness %s\n",
            vkey_format(b->mem, m->witnesses[i].name, m->witnesses[i].type, &m->witnesses[i].pub));
    for (size_t i = 0; i < m->age_count; i++)
        buf_printf(b, "age %s until %s\n", m->age[i].recipient,
            date_format_rfc3339(b->mem, m->age[i].until_ms));
    for (size_t i = 0; i < m->tls_count; i++)
        buf_printf(b, "tls %s\n", hash_hex(b->mem, &m->tls[i]));
    for (size_t i = 0; i < m->address_count; i++)
        buf_printf(b, "address %s\n", m->addresses[i]);
    for (size_t i = 0; i < m->revoked_count; i++) {
        const struct manifest_revoked *r = &m->revoked[i];

        buf_printf(b, "revoked %s %s size %llu root %s %s\n",
            enc_base64(b->mem, bytes_of(r->key.b, sizeof(r->key.b))),
            enc_hex(b->mem, bytes_of(r->cid, sizeof(r->cid))), (unsigned long long)r->size,
            enc_base64(b->mem, hash_view(&r->root)), r->reason);
    }
}

char *
manifest_body(struct arena *mem, const struct manifest *m)
{
    struct buf b;

    buf_init(&b, mem, NOTE_SIZE_MAX);
    buf_printf(&b, "fed1/keys\nagency %s\nname %s\nsymbol %s\n%s", m->agency, m->name, m->symbol,
        m->demo ? "demo\n" : "");
    buf_printf(&b, "serial %llu\nprevious %s\nissued %s\n", (unsigned long long)m->serial,
        m->has_previous ? hash_hex(mem, &m->previous) : "-",
        date_format_rfc3339(mem, m->issued_ms));
    buf_printf(&b, "root %s\n", vkey_format(mem, m->root.name, m->root.type, &m->root.pub));
    buf_printf(&b, "recovery %s\n",
        vkey_format(mem, m->recovery.name, m->recovery.type, &m->recovery.pub));
    put_logs(&b, m);
    put_rest(&b, m);
    return buf_cstr(&b);
}

enum err
manifest_make(struct op *op, const struct manifest *m, const struct sign_secret *root,
    struct manifest *ret_manifest)
{
    struct sign_public pub;

    sign_public_of(root, &pub);
    if (memcmp(pub.b, m->root.pub.b, sizeof(pub.b)) != 0)
        return op_fail(op, ERR_INVALID,
            "This is not the root key of %s. Give the key whose public half stands in "
            "its manifest.",
            m->agency);
    return manifest_open(op,
        note_make(op->mem, bytes_text(manifest_body(op->mem, m)), m->agency, root), ret_manifest);
}

/* --- Asking --- */

static bool
is_revoked(const struct manifest *m, const struct sign_public *key,
    const unsigned char cid[HASH_SIZE], uint64_t size)
{
    for (size_t i = 0; i < m->revoked_count; i++) {
        const struct manifest_revoked *r = &m->revoked[i];

        if (memcmp(r->key.b, key->b, sizeof(key->b)) == 0 && memcmp(r->cid, cid, HASH_SIZE) == 0 &&
            size > r->size)
            return true;
    }
    return false;
}

const struct sign_public *
manifest_log_key(const struct manifest *m, const unsigned char cid[HASH_SIZE], uint64_t size)
{
    const struct manifest_log *best = NULL;

    for (size_t i = 0; i < m->log_count; i++) {
        const struct manifest_log *g = &m->logs[i];

        if ((!g->any && memcmp(g->cid, cid, HASH_SIZE) != 0) || size < g->from ||
            (g->has_until && size > g->until) || is_revoked(m, &g->key, cid, size))
            continue;
        if (best == NULL || (best->any && !g->any) ||
            (best->any == g->any && g->from >= best->from))
            best = g;
    }
    return best == NULL ? NULL : &best->key;
}

bool
manifest_has_pin(const struct manifest *m, const struct hash *spki)
{
    for (size_t i = 0; i < m->tls_count; i++)
        if (hash_equal(&m->tls[i], spki))
            return true;
    return false;
}
