/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/note.h"

#include <string.h>

#include "base/op.h"
#include "base/utf8.h"

#define SIG_PREFIX "\xe2\x80\x94 " /* an em dash and a blank */

enum { SIG_PREFIX_LEN = 4, ED25519_SIZE = 64, COSIGN_SIZE = 8 + ED25519_SIZE };

/* --- Names and keys --- */

/* Unicode's White_Space, of valid UTF-8. */
static bool
has_blank(const char *s)
{
    static const char *const blanks[] = {
        "\xc2\x85",
        "\xc2\xa0",
        "\xe1\x9a\x80",
        "\xe2\x80\xa8",
        "\xe2\x80\xa9",
        "\xe2\x80\xaf",
        "\xe2\x81\x9f",
        "\xe3\x80\x80",
    };

    if (strpbrk(s, " \t\n\v\f\r") != NULL)
        return true;
    for (size_t i = 0; i < COUNT(blanks); i++)
        if (strstr(s, blanks[i]) != NULL)
            return true;
    for (const char *p = s; (p = strstr(p, "\xe2\x80")) != NULL; p += 2)
        if ((unsigned char)p[2] >= 0x80 && (unsigned char)p[2] <= 0x8a)
            return true;
    return false;
}

bool
note_name_valid(const char *name)
{
    return name[0] != '\0' && strlen(name) <= NOTE_NAME_MAX && utf8_valid(bytes_text(name)) &&
        strchr(name, '+') == NULL && !has_blank(name);
}

void
note_key_id(const char *name, unsigned type, const struct sign_public *pub, unsigned char ret_id[4])
{
    unsigned char tail[2 + sizeof(pub->b)];
    struct bytes parts[2];
    struct hash h;

    tail[0] = '\n';
    tail[1] = (unsigned char)type;
    memcpy(tail + 2, pub->b, sizeof(pub->b));
    parts[0] = bytes_text(name);
    parts[1] = bytes_of(tail, sizeof(tail));
    hash_parts(parts, COUNT(parts), &h);
    memcpy(ret_id, h.b, 4);
}

void
vkey_make(const char *name, unsigned type, const struct sign_public *pub, struct vkey *ret_key)
{
    ret_key->name = name;
    ret_key->type = type;
    ret_key->pub = *pub;
    note_key_id(name, type, pub, ret_key->id);
}

static char *
encode_key(struct arena *mem, unsigned type, const struct sign_public *pub)
{
    unsigned char raw[1 + sizeof(pub->b)];

    raw[0] = (unsigned char)type;
    memcpy(raw + 1, pub->b, sizeof(pub->b));
    return enc_base64(mem, bytes_of(raw, sizeof(raw)));
}

char *
vkey_format(struct arena *mem, const char *name, unsigned type, const struct sign_public *pub)
{
    unsigned char id[4];

    note_key_id(name, type, pub, id);
    return arena_printf(
        mem, "%s+%s+%s", name, enc_hex(mem, bytes_of(id, sizeof(id))), encode_key(mem, type, pub));
}

enum err
vkey_parse(struct op *op, const char *text, struct vkey *ret_key)
{
    const char *plus = strchr(text, '+'), *second = plus == NULL ? NULL : strchr(plus + 1, '+');
    struct vkey key;
    struct bytes raw;
    unsigned char id[4];

    if (second == NULL || !dec_hex(plus + 1, (size_t)(second - plus - 1), id, sizeof(id)) ||
        !dec_base64(op->mem, second + 1, strlen(second + 1), &raw) ||
        raw.len != 1 + sizeof(key.pub.b))
        return op_fail(op, ERR_INVALID, "%s is not a key: expected name+id+base64.", text);
    if (raw.p[0] != NOTE_ED25519 && raw.p[0] != NOTE_COSIGN)
        return op_fail(
            op, ERR_INVALID, "The kind of the key %s is not known to this program.", text);
    key.name = bytes_cstr(op->mem, bytes_of(text, (size_t)(plus - text)));
    key.type = raw.p[0];
    memcpy(key.pub.b, raw.p + 1, sizeof(key.pub.b));
    note_key_id(key.name, key.type, &key.pub, key.id);
    if (!note_name_valid(key.name) || memcmp(id, key.id, sizeof(id)) != 0)
        return op_fail(op, ERR_INVALID,
            "The key %s is damaged: its check value does not fit. Copy it again.", text);
    *ret_key = key;
    return ERR_OK;
}

/* --- Parsing --- */

/* The last empty line; signatures stand behind it. */
static bool
find_split(struct bytes in, size_t *ret_at)
{
    for (size_t i = in.len; i >= 2; i--) {
        if (in.p[i - 1] == '\n' && in.p[i - 2] == '\n') {
            *ret_at = i;
            return true;
        }
    }
    return false;
}

static bool
text_allowed(struct bytes in)
{
    for (size_t i = 0; i < in.len; i++)
        if (in.p[i] < 0x20 && in.p[i] != '\n')
            return false;
    return utf8_valid(in);
}

static bool
parse_line(struct arena *mem, struct bytes line, struct note_sig *ret_sig)
{
    const unsigned char *blank;
    struct bytes raw;
    const char *name;

    if (line.len <= SIG_PREFIX_LEN || memcmp(line.p, SIG_PREFIX, SIG_PREFIX_LEN) != 0)
        return false;
    line.p += SIG_PREFIX_LEN;
    line.len -= SIG_PREFIX_LEN;
    blank = memchr(line.p, ' ', line.len);
    if (blank == NULL)
        return false;
    name = bytes_cstr(mem, bytes_of(line.p, (size_t)(blank - line.p)));
    if (!note_name_valid(name) ||
        !dec_base64(mem, (const char *)blank + 1, (size_t)(line.p + line.len - blank - 1), &raw) ||
        raw.len < 5)
        return false;
    ret_sig->name = name;
    memcpy(ret_sig->id, raw.p, 4);
    ret_sig->sig = bytes_of(raw.p + 4, raw.len - 4);
    return true;
}

static enum err
parse_lines(struct op *op, struct bytes rest, struct note *n)
{
    n->sigs = arena_array(op->mem, NOTE_SIGS_MAX, sizeof(*n->sigs));
    n->sig_count = 0;
    while (rest.len > 0) {
        const unsigned char *end = memchr(rest.p, '\n', rest.len);
        size_t len = end == NULL ? rest.len : (size_t)(end - rest.p);

        if (end == NULL)
            return op_fail(op, ERR_INVALID,
                "This is not a signed note: its last line is not complete. Ask for the file again.");
        if (n->sig_count == NOTE_SIGS_MAX)
            return op_fail(
                op, ERR_INVALID, "The note has more than %d signature lines.", NOTE_SIGS_MAX);
        if (!parse_line(op->mem, bytes_of(rest.p, len), &n->sigs[n->sig_count++]))
            return op_fail(
                op, ERR_INVALID, "Signature line %zu of the note is malformed.", n->sig_count);
        rest = bytes_of(end + 1, rest.len - len - 1);
    }
    if (n->sig_count == 0)
        return op_fail(op, ERR_INVALID,
            "This is not a signed note: it has no signature. Ask for the file again.");
    return ERR_OK;
}

enum err
note_parse(struct op *op, struct bytes in, struct note *ret_note)
{
    struct note n = { 0 };
    size_t at;

    if (in.len > NOTE_SIZE_MAX)
        return op_fail(op, ERR_INVALID, "The note is %zu bytes long; at most %d are allowed.",
            in.len, NOTE_SIZE_MAX);
    if (!text_allowed(in))
        return op_fail(op, ERR_INVALID,
            "This is not a signed note: it has control characters or is not UTF-8. Ask for the file again.");
    if (!find_split(in, &at))
        return op_fail(op, ERR_INVALID,
            "This is not a signed note: there is no empty line before the signatures. Ask for the file again.");
    n.body = bytes_of(in.p, at - 1);
    TRY(parse_lines(op, bytes_of(in.p + at, in.len - at), &n));
    *ret_note = n;
    return ERR_OK;
}

/* --- Signatures --- */

static bool
sig_holds(const struct note *note, const struct note_sig *sig, const struct vkey *key)
{
    AUTO(arena) struct arena *mem = NULL;
    struct reader r = reader_of(sig->sig);
    struct buf msg;
    uint64_t when;

    if (key->type == NOTE_ED25519)
        return sig->sig.len == ED25519_SIZE && sign_verify(&key->pub, note->body, sig->sig.p);
    if (key->type != NOTE_COSIGN || sig->sig.len != COSIGN_SIZE)
        return false;
    when = read_u64(&r);
    mem = arena_new();
    buf_init(&msg, mem, NOTE_SIZE_MAX + 64);
    buf_printf(&msg, "cosignature/v1\ntime %llu\n", (unsigned long long)when);
    buf_bytes(&msg, note->body);
    return !buf_full(&msg) && sign_verify(&key->pub, buf_view(&msg), sig->sig.p + 8);
}

/* The first line that claims to be of that key. */
static const struct note_sig *
find_sig(const struct note *note, const struct vkey *key)
{
    for (size_t i = 0; i < note->sig_count; i++)
        if (memcmp(note->sigs[i].id, key->id, sizeof(key->id)) == 0 &&
            strcmp(note->sigs[i].name, key->name) == 0)
            return &note->sigs[i];
    return NULL;
}

enum note_verdict
note_verdict(const struct note *note, const struct vkey *key)
{
    const struct note_sig *sig = find_sig(note, key);

    if (sig == NULL)
        return NOTE_UNSIGNED;
    return sig_holds(note, sig, key) ? NOTE_VALID : NOTE_FORGED;
}

bool
note_verify(const struct note *note, const char *name, unsigned type, const struct sign_public *pub)
{
    struct vkey key;

    vkey_make(name, type, pub, &key);
    return note_verdict(note, &key) == NOTE_VALID;
}

bool
note_cosign_time(const struct note *note, const struct vkey *key, uint64_t *ret_time)
{
    const struct note_sig *sig = find_sig(note, key);
    struct reader r;

    if (sig == NULL || key->type != NOTE_COSIGN || sig->sig.len != COSIGN_SIZE)
        return false;
    r = reader_of(sig->sig);
    *ret_time = read_u64(&r);
    return true;
}

char *
note_sign_line(
    struct arena *mem, struct bytes body, const char *name, const struct sign_secret *key)
{
    unsigned char raw[4 + ED25519_SIZE];
    struct sign_public pub;

    sign_public_of(key, &pub);
    note_key_id(name, NOTE_ED25519, &pub, raw);
    sign_make(key, body, raw + 4);
    return arena_printf(
        mem, SIG_PREFIX "%s %s\n", name, enc_base64(mem, bytes_of(raw, sizeof(raw))));
}

struct bytes
note_make(struct arena *mem, struct bytes body, const char *name, const struct sign_secret *key)
{
    struct buf out;

    buf_init(&out, mem, NOTE_SIZE_MAX * 2);
    buf_bytes(&out, body);
    buf_char(&out, '\n');
    buf_text(&out, note_sign_line(mem, body, name, key));
    return buf_view(&out);
}
