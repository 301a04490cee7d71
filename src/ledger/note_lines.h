/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_NOTE_LINES_H
#define LEDGER_NOTE_LINES_H

#include "crypto/hash.h"
#include "crypto/sign.h"

/*
 * The body of a note, line by line: a keyword, then words with one blank between them
 * (docs/format/note.md 2).  A reader that meets what it did not expect stops and says which line.
 * Every value has one spelling: numbers without needless zeros, times to the second in UTC.
 *
 * Text handed out lies in `mem`.  Pure; any thread.
 */
enum { NOTE_WORDS_MAX = 8 };

struct note_lines {
    struct arena *mem;
    struct bytes rest;
    size_t number; /* of the line that was taken last; 1 is the first */
};

struct note_lines note_lines_of(struct arena *mem, struct bytes body);
bool note_lines_done(const struct note_lines *l);
/* The next line is `keyword` alone; takes it. */
bool note_lines_flag(struct note_lines *l, const char *keyword);
/* The next line begins with `keyword` and a blank: takes it, gives what follows. */
bool note_lines_take(struct note_lines *l, const char *keyword, const char **ret_value);
/* As note_lines_take(), cut at single blanks; false too when there are not min to max words. */
bool note_lines_words(struct note_lines *l, const char *keyword, size_t min, size_t max,
    const char **ret_words, size_t *ret_count);

bool note_number(const char *s, uint64_t *ret_n); /* below 10^15 */
bool note_time(struct arena *mem, const char *s, int64_t *ret_ms);
bool note_hash_hex(const char *s, struct hash *ret_hash);
bool note_key_base64(struct arena *mem, const char *s, unsigned char ret_key[32]);

#endif
