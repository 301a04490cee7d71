/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_CURSOR_H
#define STATE_CURSOR_H

#include "db/db.h"

/*
 * How far this node has followed a peer's /changes, by agency code.  Losing one costs a comparison
 * of sizes, never data: it is not kept durable.  0 when there is none: ask for everything.
 */
NODISCARD enum err cursor_find(struct op *op, const char *peer, int64_t *ret_value);
NODISCARD enum err cursor_put(struct op *op, const char *peer, int64_t value);
NODISCARD enum err cursor_drop(
    struct op *op, const char *peer); /* after a restore: from the start */

extern const struct db_sql cursor_sql[];
extern const size_t cursor_sql_count;

#endif
