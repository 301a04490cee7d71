/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/package.h"

#include <string.h>

#include "base/op.h"
#include "ledger/header.h"
#include "ledger/seal.h"

/* "FPK1" u8 flags u8 0 u16 count u64 first u32 hlen u32 plen */
static const unsigned char magic[4] = { 'F', 'P', 'K', '1' };

enum { FLAG_PAY = 1, FLAG_PLAIN = 2, FLAGS = FLAG_PAY | FLAG_PLAIN };

struct frame {
    unsigned flags;
    size_t count;
    uint64_t first;
    size_t header_len;
    size_t pay_len;
};

/* --- Writing --- */

/* What the payload's state is called on the wire. */
static enum pay_state
wire_state(const struct package_item *item)
{
    if (item->pay == PAY_REFUSED)
        return PAY_MISSING;
    return item->pay == PAY_HELD && item->data.len > PACKAGE_PAY_MAX ? PAY_LARGE : item->pay;
}

static enum err
measure(struct op *op, const struct package *p, struct frame *ret_frame)
{
    struct frame f = { 0 };

    if (p->count == 0 || p->count > PACKAGE_COUNT_MAX || (p->plain && !p->has_pay))
        return op_fail(op, ERR_INVALID, "A package holds 1 to %d entries, not %zu.",
            PACKAGE_COUNT_MAX, p->count);
    f.flags = (p->has_pay ? FLAG_PAY : 0) | (p->plain ? FLAG_PLAIN : 0);
    f.count = p->count;
    f.first = p->first;
    for (size_t i = 0; i < p->count; i++) {
        const struct package_item *item = &p->items[i];

        if (item->header.len == 0 || item->header.len > HEADER_SIZE_MAX)
            return op_fail(op, ERR_INVALID, "Entry %zu of the package has no valid header.", i);
        f.header_len += 2 + item->header.len;
        if (!p->has_pay)
            continue;
        f.pay_len += 1;
        if (wire_state(item) == PAY_HELD)
            f.pay_len += SEAL_SALT_SIZE + 4 + item->data.len;
    }
    if (PACKAGE_HEAD + f.header_len + f.pay_len > PACKAGE_SIZE_MAX)
        return op_fail(op, ERR_TOO_BIG, "A package is at most %d bytes; ask for fewer entries.",
            PACKAGE_SIZE_MAX);
    *ret_frame = f;
    return ERR_OK;
}

enum err
package_encode(struct op *op, const struct package *p, struct buf *out)
{
    struct frame f;

    TRY(measure(op, p, &f));
    buf_put(out, magic, sizeof(magic));
    buf_u8(out, (uint8_t)f.flags);
    buf_u8(out, 0);
    buf_u16(out, (uint16_t)f.count);
    buf_u64(out, f.first);
    buf_u32(out, (uint32_t)f.header_len);
    buf_u32(out, (uint32_t)f.pay_len);
    for (size_t i = 0; i < p->count; i++) {
        buf_u16(out, (uint16_t)p->items[i].header.len);
        buf_bytes(out, p->items[i].header);
    }
    for (size_t i = 0; p->has_pay && i < p->count; i++) {
        const struct package_item *item = &p->items[i];
        enum pay_state st = wire_state(item);

        buf_u8(out, (uint8_t)st);
        if (st != PAY_HELD)
            continue;
        buf_put(out, item->salt, SEAL_SALT_SIZE);
        buf_u32(out, (uint32_t)item->data.len);
        buf_bytes(out, item->data);
    }
    return buf_full(out)
        ? op_fail(op, ERR_TOO_BIG, "The package does not fit; ask for fewer entries.")
        : ERR_OK;
}

/* --- Reading --- */

static enum err
bad_frame(struct op *op)
{
    return op_fail(op, ERR_INVALID,
        "The package is malformed. Fetch it again, from another party if need be.");
}

static enum err
read_frame(struct op *op, struct reader *r, struct frame *ret_frame)
{
    struct bytes m = read_bytes(r, sizeof(magic));
    struct frame f;
    unsigned zero;

    if (m.len != sizeof(magic) || memcmp(m.p, magic, sizeof(magic)) != 0)
        return op_fail(op, ERR_INVALID, "This is not a package of entries (FPK1).");
    f.flags = read_u8(r);
    zero = read_u8(r);
    f.count = read_u16(r);
    f.first = read_u64(r);
    f.header_len = read_u32(r);
    f.pay_len = read_u32(r);
    if ((f.flags & ~(unsigned)FLAGS) != 0 || f.flags == FLAG_PLAIN || zero != 0 || f.count == 0 ||
        f.count > PACKAGE_COUNT_MAX || f.first >= HEADER_SEQ_END)
        return bad_frame(op);
    if (f.header_len > PACKAGE_SIZE_MAX || f.pay_len > PACKAGE_SIZE_MAX ||
        PACKAGE_HEAD + f.header_len + f.pay_len > PACKAGE_SIZE_MAX)
        return op_fail(op, ERR_TOO_BIG, "A package is at most %d bytes; ask for fewer entries.",
            PACKAGE_SIZE_MAX);
    if (f.header_len < 3 * f.count || ((f.flags & FLAG_PAY) == 0 && f.pay_len != 0) ||
        ((f.flags & FLAG_PAY) != 0 && f.pay_len < f.count))
        return bad_frame(op);
    *ret_frame = f;
    return ERR_OK;
}

static enum err
read_headers(struct op *op, struct reader r, struct package *p)
{
    for (size_t i = 0; i < p->count; i++) {
        size_t len = read_u16(&r);

        p->items[i].header = read_bytes(&r, len);
        if (r.bad || len == 0 || len > HEADER_SIZE_MAX)
            return bad_frame(op);
    }
    return r.left == 0 ? ERR_OK : bad_frame(op);
}

static enum err
read_payloads(struct op *op, struct reader r, struct package *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct package_item *item = &p->items[i];
        unsigned st = read_u8(&r);
        size_t len;

        if (r.bad || st > PAY_MISSING)
            return bad_frame(op);
        item->pay = (enum pay_state)st;
        if (st != PAY_HELD)
            continue;
        item->salt = read_bytes(&r, SEAL_SALT_SIZE).p;
        len = read_u32(&r);
        if (r.bad || len > PACKAGE_PAY_MAX)
            return bad_frame(op);
        item->data = read_bytes(&r, len);
        if (r.bad)
            return bad_frame(op);
    }
    return r.left == 0 ? ERR_OK : bad_frame(op);
}

enum err
package_decode(struct op *op, struct bytes in, struct package *ret_package, size_t *ret_used)
{
    struct reader r = reader_of(in);
    struct frame f;
    struct package p;
    size_t total;

    if (in.len < PACKAGE_HEAD) {
        if (in.len > 0 && memcmp(in.p, magic, in.len < sizeof(magic) ? in.len : sizeof(magic)) != 0)
            return op_fail(op, ERR_INVALID, "This is not a package of entries (FPK1).");
        *ret_used = 0;
        return ERR_OK;
    }
    TRY(read_frame(op, &r, &f));
    total = PACKAGE_HEAD + f.header_len + f.pay_len;
    if (in.len < total) {
        *ret_used = 0;
        return ERR_OK;
    }
    p = (struct package){ .first = f.first,
        .count = f.count,
        .has_pay = (f.flags & FLAG_PAY) != 0,
        .plain = (f.flags & FLAG_PLAIN) != 0,
        .items = arena_array(op->mem, f.count, sizeof(*p.items)) };
    TRY(read_headers(op, reader_of(bytes_of(in.p + PACKAGE_HEAD, f.header_len)), &p));
    if (p.has_pay)
        TRY(read_payloads(
            op, reader_of(bytes_of(in.p + PACKAGE_HEAD + f.header_len, f.pay_len)), &p));
    *ret_package = p;
    *ret_used = total;
    return ERR_OK;
}

enum err
package_each(struct op *op, struct bytes stream, package_each_fn *each, void *arg)
{
    uint64_t next = 0;

    for (bool begun = false; stream.len > 0; begun = true) {
        struct package p;
        size_t used;

        TRY(package_decode(op, stream, &p, &used));
        if (used == 0)
            return op_fail(
                op, ERR_INVALID, "The stream ends inside a package. Fetch the rest again.");
        if (begun && p.first != next)
            return op_fail(op, ERR_INVALID, "The stream goes on at entry %llu; expected %llu.",
                (unsigned long long)p.first, (unsigned long long)next);
        TRY(each(op, &p, arg));
        next = p.first + p.count;
        stream.p += used;
        stream.len -= used;
    }
    return ERR_OK;
}
