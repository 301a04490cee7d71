/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include <stddef.h>

/*
 * The languages people read.  A message id is the English sentence in the source or the template;
 * catalog/lang/vi.po holds the Vietnamese one, and the build turns it into a sorted table.
 * An id without a translation is shown as it is; tools/check_lang.py lets none through.
 *
 * A translation has the same conversion specifications as its id, in the same order
 * (tools/check_lang.py): it is used as a printf format.
 */
struct lang_entry {
    const char *id;
    const char *text;
};

struct lang {
    const char *code; /* "vi", "en" */
    const struct lang_entry *entries; /* sorted by id, bytewise */
    size_t count;
};

extern const struct lang lang_vi; /* generated: the default */
extern const struct lang lang_en; /* generated: empty but for overrides */

const struct lang *lang_find(const char *code); /* lang_vi when unknown or NULL */
const char *lang_text(const struct lang *lang, const char *id); /* lang NULL: the id */

#endif
