/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/header.h"

#include <string.h>

#include "base/op.h"

/* Headers are read and written by the million, so their CBOR is handled here without a tree. */
struct cursor {
    const unsigned char *p;
    const unsigned char *end;
};

enum { CBOR_UINT = 0, CBOR_BYTES = 2, CBOR_TEXT = 3, CBOR_ARRAY = 4, CBOR_NULL_BYTE = 0xf6 };

bool
log_is_private(const struct log_id *log)
{
    return log->party == 0 && bytes_is_zero(bytes_of(log->cid, HASH_SIZE));
}

int
log_compare(const struct log_id *a, const struct log_id *b)
{
    int d = memcmp(a->cid, b->cid, HASH_SIZE);

    if (d != 0)
        return d;
    return a->party < b->party ? -1 : a->party > b->party;
}

bool
log_equal(const struct log_id *a, const struct log_id *b)
{
    return log_compare(a, b) == 0;
}

struct log_id
log_private(void)
{
    return (struct log_id){ .party = 0 };
}

/* --- Reading --- */

/* The head of an item of that major type, in its shortest form. */
static bool
take_head(struct cursor *c, unsigned major, uint64_t *ret_n)
{
    static const uint64_t least[] = { 24, 1u << 8, 1u << 16, (uint64_t)1 << 32 };
    unsigned width, low;
    uint64_t n = 0;

    if (c->p == c->end || (unsigned)(*c->p >> 5) != major)
        return false;
    low = *c->p++ & 31u;
    if (low < 24) {
        *ret_n = low;
        return true;
    }
    if (low > 27)
        return false;
    width = 1u << (low - 24);
    if ((size_t)(c->end - c->p) < width)
        return false;
    for (unsigned i = 0; i < width; i++)
        n = n << 8 | *c->p++;
    *ret_n = n;
    return n >= least[low - 24];
}

static bool
take_uint(struct cursor *c, uint64_t below, uint64_t *ret_n)
{
    uint64_t n;

    if (!take_head(c, CBOR_UINT, &n) || n >= below)
        return false;
    *ret_n = n;
    return true;
}

static bool
take_null(struct cursor *c)
{
    if (c->p == c->end || *c->p != CBOR_NULL_BYTE)
        return false;
    c->p++;
    return true;
}

/* A byte string of exactly that length, borrowed; NULL when it is not there. */
static const unsigned char *
take_fixed(struct cursor *c, size_t len)
{
    const unsigned char *p;
    uint64_t n;

    if (!take_head(c, CBOR_BYTES, &n) || n != len || (size_t)(c->end - c->p) < len)
        return NULL;
    p = c->p;
    c->p += len;
    return p;
}

static enum err
bad_field(struct op *op, const char *field)
{
    return op_fail(op, ERR_INVALID,
        "The entry header is malformed in field %s. Ask the sender for the entry again.", field);
}

static enum err
read_type(struct op *op, struct cursor *c, const char **ret_type)
{
    char *type;
    uint64_t n;

    if (!take_head(c, CBOR_TEXT, &n) || n > (uint64_t)(c->end - c->p))
        return bad_field(op, "type");
    if (!header_type_valid((const char *)c->p, (size_t)n))
        return op_fail(op, ERR_INVALID,
            "The entry's type must be noun.step in small letters, at most %d bytes.",
            HEADER_TYPE_MAX);
    type = arena_alloc(op->mem, (size_t)n + 1);
    memcpy(type, c->p, (size_t)n);
    c->p += n;
    *ret_type = type;
    return ERR_OK;
}

static enum err
read_to(struct op *op, struct cursor *c, uint64_t *ret_to)
{
    uint64_t n, party, to = 0;

    if (!take_head(c, CBOR_ARRAY, &n) || n >= HEADER_PARTIES)
        return op_fail(
            op, ERR_INVALID, "The entry's receivers (to) must be an array of party numbers.");
    for (uint64_t i = 0; i < n; i++) {
        if (!take_uint(c, HEADER_PARTIES, &party))
            return op_fail(
                op, ERR_INVALID, "The entry's receivers (to) must be an array of party numbers.");
        if (to >> party != 0)
            return op_fail(
                op, ERR_INVALID, "The entry's receivers (to) must ascend, each named once.");
        to |= (uint64_t)1 << party;
    }
    *ret_to = to;
    return ERR_OK;
}

static enum err
read_art(struct op *op, struct cursor *c, unsigned *ret_art)
{
    uint64_t n;

    if (take_null(c)) {
        *ret_art = 0;
        return ERR_OK;
    }
    if (!take_uint(c, HEADER_ART_MAX + 1, &n) || n == 0)
        return op_fail(
            op, ERR_INVALID, "The entry's article must be a number from 1 to %d.", HEADER_ART_MAX);
    *ret_art = (unsigned)n;
    return ERR_OK;
}

static enum err
read_refs(struct op *op, struct cursor *c, struct header *h)
{
    uint64_t n, three, party;
    const unsigned char *leaf;

    if (!take_head(c, CBOR_ARRAY, &n) || n > HEADER_REFS_MAX)
        return bad_field(op, "refs");
    h->ref_count = (size_t)n;
    h->refs = n == 0 ? NULL : arena_array(op->mem, (size_t)n, sizeof(*h->refs));
    for (size_t i = 0; i < h->ref_count; i++) {
        if (!take_head(c, CBOR_ARRAY, &three) || three != 3 ||
            !take_uint(c, HEADER_PARTIES, &party) || !take_uint(c, HEADER_SEQ_END, &h->refs[i].seq))
            return bad_field(op, "refs");
        leaf = take_fixed(c, HASH_SIZE);
        if (leaf == NULL)
            return bad_field(op, "refs");
        h->refs[i].party = (unsigned)party;
        memcpy(h->refs[i].leaf.b, leaf, HASH_SIZE);
    }
    return ERR_OK;
}

static enum err
read_pay(struct op *op, struct cursor *c, struct header *h)
{
    uint64_t n, len;
    const unsigned char *commit;

    if (take_null(c))
        return ERR_OK;
    if (!take_head(c, CBOR_ARRAY, &n) || n != 2 || !take_uint(c, (uint64_t)1 << 32, &len))
        return bad_field(op, "pay");
    commit = take_fixed(c, HASH_SIZE);
    if (commit == NULL)
        return bad_field(op, "pay");
    h->has_pay = true;
    h->pay_len = (uint32_t)len;
    memcpy(h->commit.b, commit, HASH_SIZE);
    return ERR_OK;
}

/* Sixteen bytes or null. */
static enum err
read_id(struct op *op, struct cursor *c, const char *field, const unsigned char **ret_id)
{
    *ret_id = NULL;
    if (take_null(c))
        return ERR_OK;
    *ret_id = take_fixed(c, HEADER_REC_SIZE);
    return *ret_id == NULL ? bad_field(op, field) : ERR_OK;
}

static enum err
read_fields(struct op *op, struct cursor *c, struct header *h)
{
    uint64_t n;

    if (!take_head(c, CBOR_ARRAY, &n) || n != 12)
        return op_fail(op, ERR_INVALID,
            "The entry header is not an array of twelve fields. Ask the sender for the "
            "entry again.");
    if (!take_uint(c, 2, &n) || n != 1)
        return op_fail(
            op, ERR_INVALID, "The entry has a version that this program does not know. Update it.");
    if (!take_uint(c, HEADER_SEQ_END, &h->seq))
        return bad_field(op, "seq");
    if (!take_head(c, CBOR_UINT, &h->hlc))
        return bad_field(op, "hlc");
    TRY(read_type(op, c, &h->type));
    TRY(read_id(op, c, "rec", &h->rec));
    h->has_prev = !take_null(c);
    if (h->has_prev && !take_head(c, CBOR_UINT, &h->prev))
        return bad_field(op, "prev");
    TRY(read_to(op, c, &h->to));
    TRY(read_art(op, c, &h->art));
    TRY(read_refs(op, c, h));
    TRY(read_id(op, c, "actor", &h->actor));
    if (!take_uint(c, 256, &n))
        return bad_field(op, "keep");
    h->keep = (unsigned)n;
    TRY(read_pay(op, c, h));
    return c->p == c->end ? ERR_OK : bad_field(op, "pay");
}

enum err
header_decode(
    struct op *op, struct bytes in, bool is_private, int author, struct header *ret_header)
{
    struct cursor c = { in.p, in.p + in.len };
    struct header h = { 0 };

    if (in.len > HEADER_SIZE_MAX)
        return op_fail(op, ERR_INVALID, "An entry header of %zu bytes is too long; at most %d.",
            in.len, HEADER_SIZE_MAX);
    TRY(read_fields(op, &c, &h));
    TRY(header_check(op, &h, is_private, author));
    *ret_header = h;
    return ERR_OK;
}

/* --- The rules --- */

bool
header_type_valid(const char *type, size_t len)
{
    size_t word = 0, dots = 0;

    if (len == 0 || len > HEADER_TYPE_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        char ch = type[i];

        if (ch == '.') {
            if (word == 0 || ++dots > 3)
                return false;
            word = 0;
            continue;
        }
        if (!((ch >= 'a' && ch <= 'z') || (word > 0 && ch >= '0' && ch <= '9')))
            return false;
        if (++word > 12 && dots == 0)
            return false;
    }
    return dots >= 1 && word > 0;
}

size_t
header_noun_len(const char *type)
{
    return strcspn(type, ".");
}

static bool
starts(const char *type, const char *with)
{
    return strncmp(type, with, strlen(with)) == 0;
}

bool
header_type_free(const char *type)
{
    return starts(type, "log.") || starts(type, "key.") || starts(type, "reg.") ||
        starts(type, "erase.") || starts(type, "cosign.");
}

static enum err
check_record(struct op *op, const struct header *h, bool is_private)
{
    if (h->has_prev && (h->rec == NULL || h->prev >= h->seq))
        return op_fail(
            op, ERR_INVALID, "The entry's prev must be an earlier entry on the same record.");
    if (h->rec == NULL)
        return ERR_OK;
    if (is_private ? h->rec[0] != HEADER_PRIVATE_OWNER : h->rec[0] >= HEADER_PARTIES)
        return op_fail(op, ERR_INVALID,
            "The record's id does not belong in this log: its first byte is %u.",
            (unsigned)h->rec[0]);
    if (starts(h->type, "key.") || strcmp(h->type, "record.open") == 0)
        return op_fail(op, ERR_INVALID, "An entry of type %s concerns no record (rec).", h->type);
    return ERR_OK;
}

static enum err
check_reach(struct op *op, const struct header *h, bool is_private, int author)
{
    bool free = is_private || header_type_free(h->type);

    if (is_private && h->to != 0)
        return op_fail(op, ERR_INVALID, "An entry of the private log goes to nobody.");
    if (author >= 0 && !is_private && (h->to >> author & 1) != 0)
        return op_fail(op, ERR_INVALID, "The entry names its own author as a receiver.");
    if (free && h->art != 0)
        return op_fail(op, ERR_INVALID, "An entry of type %s rests on no article here.", h->type);
    if (!free && (h->art == 0 || h->art > HEADER_ART_MAX))
        return op_fail(op, ERR_INVALID,
            "An entry of type %s must name the article that it rests on.", h->type);
    return ERR_OK;
}

static enum err
check_refs(struct op *op, const struct header *h, bool is_private)
{
    if (is_private && h->ref_count != 0)
        return op_fail(op, ERR_INVALID, "An entry of the private log has no refs.");
    if (h->ref_count > HEADER_REFS_MAX)
        return op_fail(op, ERR_INVALID, "An entry has at most %d refs.", HEADER_REFS_MAX);
    for (size_t i = 0; i < h->ref_count; i++) {
        const struct header_ref *r = &h->refs[i];

        if (r->party >= HEADER_PARTIES || r->seq >= HEADER_SEQ_END)
            return bad_field(op, "refs");
        if (i > 0 && (r[-1].party > r->party || (r[-1].party == r->party && r[-1].seq >= r->seq)))
            return op_fail(op, ERR_INVALID, "The entry's refs must ascend by party and number.");
    }
    return ERR_OK;
}

enum err
header_check(struct op *op, const struct header *h, bool is_private, int author)
{
    if (h->seq >= HEADER_SEQ_END)
        return bad_field(op, "seq");
    if (!header_type_valid(h->type, strlen(h->type)))
        return op_fail(op, ERR_INVALID,
            "The entry's type must be noun.step in small letters, at most %d bytes.",
            HEADER_TYPE_MAX);
    TRY(check_record(op, h, is_private));
    TRY(check_reach(op, h, is_private, author));
    TRY(check_refs(op, h, is_private));
    if (h->keep > 255)
        return bad_field(op, "keep");
    if (!h->has_pay && (h->to != 0 || !starts(h->type, "log.")))
        return op_fail(op, ERR_INVALID, "An entry of type %s must have a payload.", h->type);
    return ERR_OK;
}

enum err
header_check_creating(struct op *op, const struct header *h, unsigned author)
{
    if (h->rec == NULL || h->rec[0] != author)
        return op_fail(op, ERR_INVALID,
            "Party %u may not open this record: its id says that another owns it.", author);
    return ERR_OK;
}

enum err
header_check_next(struct op *op, const struct header *h, uint64_t seq, uint64_t last_hlc)
{
    if (h->seq != seq)
        return op_fail(op, ERR_INVALID,
            "The entry says that it is number %llu of its log; it stands at %llu.",
            (unsigned long long)h->seq, (unsigned long long)seq);
    if (seq > 0 && h->hlc <= last_hlc)
        return op_fail(op, ERR_INVALID, "The clock of entry %llu is not later than that before it.",
            (unsigned long long)seq);
    return ERR_OK;
}

/* --- Writing --- */

static unsigned char *
put_head(unsigned char *p, unsigned major, uint64_t n)
{
    unsigned width = n < 24 ? 0 : n < 1u << 8 ? 1 : n < 1u << 16 ? 2 : n >> 32 == 0 ? 4 : 8;
    static const unsigned char low[] = { 0, 24, 25, 0, 26, 0, 0, 0, 27 };

    *p++ = (unsigned char)(major << 5 | (width == 0 ? (unsigned)n : low[width]));
    for (unsigned i = width; i-- > 0;)
        *p++ = (unsigned char)(n >> 8 * i);
    return p;
}

static unsigned char *
put_bytes(unsigned char *p, const unsigned char *b, size_t len)
{
    if (b == NULL) {
        *p++ = CBOR_NULL_BYTE;
        return p;
    }
    p = put_head(p, CBOR_BYTES, len);
    memcpy(p, b, len);
    return p + len;
}

static unsigned char *
put_uint_or_null(unsigned char *p, bool there, uint64_t n)
{
    if (there)
        return put_head(p, CBOR_UINT, n);
    *p++ = CBOR_NULL_BYTE;
    return p;
}

static unsigned char *
put_to(unsigned char *p, uint64_t to)
{
    p = put_head(p, CBOR_ARRAY, (uint64_t)__builtin_popcountll(to));
    for (; to != 0; to &= to - 1)
        p = put_head(p, CBOR_UINT, (uint64_t)__builtin_ctzll(to));
    return p;
}

static unsigned char *
put_refs(unsigned char *p, const struct header *h)
{
    p = put_head(p, CBOR_ARRAY, h->ref_count);
    for (size_t i = 0; i < h->ref_count; i++) {
        p = put_head(p, CBOR_ARRAY, 3);
        p = put_head(p, CBOR_UINT, h->refs[i].party);
        p = put_head(p, CBOR_UINT, h->refs[i].seq);
        p = put_bytes(p, h->refs[i].leaf.b, HASH_SIZE);
    }
    return p;
}

/* 64 refs and every other field at its longest come to less than 3,300 bytes. */
struct bytes
header_encode(struct arena *mem, const struct header *h)
{
    unsigned char out[HEADER_SIZE_MAX], *p = out;
    size_t type_len = strnlen(h->type, HEADER_TYPE_MAX);

    p = put_head(p, CBOR_ARRAY, 12);
    p = put_head(p, CBOR_UINT, 1);
    p = put_head(p, CBOR_UINT, h->seq);
    p = put_head(p, CBOR_UINT, h->hlc);
    p = put_head(p, CBOR_TEXT, type_len);
    memcpy(p, h->type, type_len);
    p = put_bytes(p + type_len, h->rec, HEADER_REC_SIZE);
    p = put_uint_or_null(p, h->has_prev, h->prev);
    p = put_to(p, h->to);
    p = put_uint_or_null(p, h->art != 0, h->art);
    p = put_refs(p, h);
    p = put_bytes(p, h->actor, HEADER_REC_SIZE);
    p = put_head(p, CBOR_UINT, h->keep);
    if (h->has_pay) {
        p = put_head(p, CBOR_ARRAY, 2);
        p = put_head(p, CBOR_UINT, h->pay_len);
        p = put_bytes(p, h->commit.b, HASH_SIZE);
    } else {
        *p++ = CBOR_NULL_BYTE;
    }
    return bytes_dup(mem, bytes_of(out, (size_t)(p - out)));
}

void
header_leaf(struct bytes header, struct hash *ret_leaf)
{
    static const unsigned char zero[1] = { 0 };
    struct bytes parts[] = { bytes_of(zero, 1), header };

    hash_parts(parts, COUNT(parts), ret_leaf);
}

int64_t
header_recorded_min(const struct header *h)
{
    return (int64_t)((h->hlc >> 16) / 60000);
}
