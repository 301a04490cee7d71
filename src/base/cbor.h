/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_CBOR_H
#define BASE_CBOR_H

#include "base/val.h"

struct op;

/*
 * Deterministic CBOR in the closed profile of docs/format/log.md 2 (RFC 8949 section 4.2.1 cut
 * down): unsigned integers, byte strings, text strings, arrays, maps with text keys, false, true,
 * null.  The decoder refuses every input that is not the one encoding of its value, without
 * encoding again: negative integers, floats, tags, indefinite or non-shortest lengths, duplicate or
 * unordered keys, invalid UTF-8, U+0000, nesting over CBOR_DEPTH_MAX, trailing bytes, a length
 * beyond the input.  Strings in the result borrow from the input for bytes and are copied for text.
 */
enum { CBOR_DEPTH_MAX = 8 };

NODISCARD enum err cbor_decode(struct op *op, struct bytes in, struct val **ret_val);
struct bytes cbor_encode(struct arena *mem, const struct val *v);

#endif
