/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/db_pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/op.h"
#include "db/db_cache.h"

/*
 * A stack of free connections under one mutex: the one used last is taken first, its pages are warm.
 * Connections are opened and closed outside of the lock; `made` counts those that exist or are about
 * to.
 */
struct db_pool {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    char *url;
    unsigned max;
    unsigned made;
    unsigned free_count;
    struct db *free[DB_POOL_MAX];
};

struct db_pool *
db_pool_new(const char *url, unsigned max)
{
    struct db_pool *pool = db_alloc(1, sizeof(*pool));
    size_t size = strlen(url) + 1;

    assert(max >= 1);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->freed, NULL);
    pool->max = max < DB_POOL_MAX ? max : DB_POOL_MAX;
    pool->url = db_alloc(1, size);
    memcpy(pool->url, url, size);
    return pool;
}

void
db_pool_free(struct db_pool *pool)
{
    if (pool == NULL)
        return;
    assert(pool->free_count == pool->made); /* all were given back */
    for (unsigned i = 0; i < pool->free_count; i++)
        db_close(pool->free[i]);
    pthread_cond_destroy(&pool->freed);
    pthread_mutex_destroy(&pool->lock);
    free(pool->url);
    free(pool);
}

void
db_pool_auto(struct db_pool **pool)
{
    db_pool_free(*pool);
    *pool = NULL;
}

/* Locked.  True: *ret_db is a free connection, or NULL and the caller may open one. */
static bool
claim(struct db_pool *pool, struct db **ret_db)
{
    *ret_db = NULL;
    if (pool->free_count > 0) {
        *ret_db = pool->free[--pool->free_count];
        return true;
    }
    if (pool->made == pool->max)
        return false;
    pool->made++;
    return true;
}

static bool
wait_and_claim(struct db_pool *pool, struct db **ret_db)
{
    int64_t until_ms = clock_mono_ms() + DB_POOL_WAIT_MS;
    struct timespec until = { .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000 };
    bool claimed = false;
    int late = 0;

    pthread_mutex_lock(&pool->lock);
    for (claimed = claim(pool, ret_db); !claimed && late == 0; claimed = claim(pool, ret_db))
        late = pthread_cond_clockwait(&pool->freed, &pool->lock, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&pool->lock);
    return claimed;
}

static void
forget_one(struct db_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->made--;
    pthread_cond_signal(&pool->freed);
    pthread_mutex_unlock(&pool->lock);
}

enum err
db_pool_take(struct op *op, struct db_pool *pool)
{
    struct db *db = NULL;

    assert(op->db == NULL);
    if (!wait_and_claim(pool, &db))
        return op_fail(
            op, ERR_BUSY, "the node has too many questions to answer; try again in a moment");
    if (db == NULL) {
        enum err e = db_open(op, pool->url, DB_READER, &db);

        if (e != ERR_OK) {
            forget_one(pool);
            return e;
        }
    }
    op->db = db;
    return ERR_OK;
}

void
db_pool_give(struct op *op, struct db_pool *pool)
{
    struct db *db = op->db;

    if (db == NULL)
        return;

    bool usable = db_rollback(op) == ERR_OK && !db_is_lost(db);

    op->db = NULL;
    if (!usable) {
        db_close(db);
        forget_one(pool);
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->free[pool->free_count++] = db;
    pthread_cond_signal(&pool->freed);
    pthread_mutex_unlock(&pool->lock);
}
