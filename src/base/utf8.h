/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/bytes.h"

struct op;

/*
 * Text from outside becomes text of the program here, once: valid UTF-8 (RFC 3629), no U+0000, no
 * control character but newline and tab (CR LF becomes LF), normalised to NFC.  NFD typed on a Mac
 * is normalised, not refused.  Everything behind the edge may rely on it.
 */
NODISCARD bool utf8_valid(struct bytes b);
NODISCARD enum err utf8_take(struct op *op, struct bytes in, const char **ret_text);
bool utf8_is_nfc(struct bytes b);
size_t utf8_length(const char *s);                                /* in code points */
char *utf8_cut(struct arena *mem, const char *s, size_t points);  /* at most so many, then "…" */

/*
 * The search and comparison fold of Vietnamese text: lower case, đ and ð to d, marks stripped,
 * runs of blanks to one.  "Đặng  Văn HÒA" and "dang van hoa" fold alike, hoà and hòa too.
 */
char *utf8_fold(struct arena *mem, const char *s);

#endif
