/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_DB_CACHE_H
#define DB_DB_CACHE_H

#include "db/db.h"

/*
 * The prepared statements of one connection, by the address of their struct db_sql.  A driver keeps
 * what it likes behind `prepared`, and frees it: db_cache_each() before db_cache_done().
 */
struct db_cache_slot {
    const struct db_sql *sql;
    void *prepared;
};

struct db_cache {
    struct db_cache_slot *slots; /* open addressing; room is 0 or a power of two */
    size_t room;
    size_t count;
};

void *db_cache_find(const struct db_cache *cache, const struct db_sql *sql);         /* or NULL */
void db_cache_put(struct db_cache *cache, const struct db_sql *sql, void *prepared); /* replaces */
void db_cache_each(const struct db_cache *cache, void (*fn)(void *prepared));
void db_cache_done(struct db_cache *cache);

/* Memory of a connection: zeroed; running out of it ends the process, as everywhere. */
void *db_alloc(size_t count, size_t size);

#endif
