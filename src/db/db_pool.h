/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_DB_POOL_H
#define DB_DB_POOL_H

#include "db/db.h"

/*
 * Readers for the threads that answer questions.
 *
 * A connection is opened when it is first needed and no other is free, up to the maximum; then
 * db_pool_take() waits up to DB_POOL_WAIT_MS and says ERR_BUSY.  A connection that was lost is
 * closed when it comes back.  A transaction left open is rolled back.
 *
 *     TRY(db_pool_take(op, op->node->readers));
 *     ...
 *     db_pool_give(op, op->node->readers);
 *
 * Thread-safe.  The pool outlives every op that took from it.
 */
struct db_pool;

enum { DB_POOL_MAX = 64, DB_POOL_WAIT_MS = 10000 };

struct db_pool *db_pool_new(const char *url, unsigned max); /* copies the url; opens nothing */
void db_pool_free(struct db_pool *pool);                    /* NULL is allowed */
void db_pool_auto(struct db_pool **pool);

NODISCARD enum err db_pool_take(struct op *op, struct db_pool *pool); /* sets op->db */
void db_pool_give(struct op *op, struct db_pool *pool); /* clears op->db; NULL there is allowed */

#endif
