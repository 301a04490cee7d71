/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/db_cache.h"

#include <stdlib.h>

/* Linear probing at a load of at most one half: a connection knows a few hundred statements. */
enum { ROOM_FIRST = 64 };

static size_t
place(const struct db_cache *cache, const struct db_sql *sql)
{
    uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (size_t)(h >> 32) & (cache->room - 1);

    while (cache->slots[i].sql != NULL && cache->slots[i].sql != sql)
        i = (i + 1) & (cache->room - 1);
    return i;
}

static void
grow(struct db_cache *cache)
{
    struct db_cache old = *cache;

    cache->room = old.room == 0 ? ROOM_FIRST : old.room * 2;
    cache->slots = db_alloc(cache->room, sizeof(*cache->slots));
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i].sql != NULL)
            cache->slots[place(cache, old.slots[i].sql)] = old.slots[i];
    free(old.slots);
}

void *
db_cache_find(const struct db_cache *cache, const struct db_sql *sql)
{
    return cache->room == 0 ? NULL : cache->slots[place(cache, sql)].prepared;
}

void
db_cache_put(struct db_cache *cache, const struct db_sql *sql, void *prepared)
{
    if (cache->count * 2 >= cache->room)
        grow(cache);

    size_t i = place(cache, sql);

    if (cache->slots[i].sql == NULL)
        cache->count++;
    cache->slots[i] = (struct db_cache_slot){ .sql = sql, .prepared = prepared };
}

void
db_cache_each(const struct db_cache *cache, void (*fn)(void *prepared))
{
    for (size_t i = 0; i < cache->room; i++)
        if (cache->slots[i].sql != NULL)
            fn(cache->slots[i].prepared);
}

void
db_cache_done(struct db_cache *cache)
{
    free(cache->slots);
    *cache = (struct db_cache){ 0 };
}

void *
db_alloc(size_t count, size_t size)
{
    void *p = calloc(count, size);

    if (p == NULL)
        abort();
    return p;
}
