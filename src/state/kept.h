/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_KEPT_H
#define STATE_KEPT_H

#include "db/db.h"

/*
 * Small values the program itself has to remember between two starts, durable: the shift of a demo
 * clock, how often it was started.  What a person sets stands in phoihop.conf (state/settings.h).
 */
#define KEPT_CLOCK_SHIFT "clock.shift_ms"
#define KEPT_STARTS      "node.starts"

NODISCARD enum err kept_find(struct op *op, const char *key, const char **ret_text); /* or NULL */
NODISCARD enum err kept_put(struct op *op, const char *key, const char *text);
NODISCARD enum err kept_find_int(struct op *op, const char *key, int64_t *ret_int); /* 0: none */
NODISCARD enum err kept_put_int(struct op *op, const char *key, int64_t value);

extern const struct db_sql kept_sql[];
extern const size_t kept_sql_count;

#endif
