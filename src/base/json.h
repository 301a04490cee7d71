/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/val.h"

struct op;

/*
 * JSON at the edge, through jansson.  Reading is strict (RFC 8259, no duplicate keys, no U+0000)
 * and limited in size and depth; numbers must be unsigned integers, since nothing that the program
 * takes is anything else: decimals and money travel as text.  Text is normalised to NFC.
 * Bytes are written as lower-case hexadecimal text.
 */
enum { JSON_SIZE_MAX = 1024 * 1024, JSON_DEPTH_MAX = 16 };

NODISCARD enum err json_parse(struct op *op, struct bytes in, struct val **ret_val);
char *json_format(struct arena *mem, const struct val *v);        /* one line */
char *json_format_pretty(struct arena *mem, const struct val *v); /* indented by two */

#endif
