/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_NODE_H
#define STATE_NODE_H

#include <stdatomic.h>

#include "base/bytes.h"

struct calendar;
struct commit;
struct db_pool;
struct indicator;
struct ledger;
struct manifest;
struct op;
struct regulation;
struct schema;
struct settings;
struct sign_secret;
struct view_sql;

/*
 * What lives as long as the program does and every op may reach: the node.
 *
 * It is filled once, by the edge that starts the program, and read without locks from then on.  Only
 * the list of channels grows while the node runs: a slot is published with its count (release), so
 * any thread may walk the list without a lock, and a channel that a new revision replaces stays
 * readable for who still holds it, until the node is closed.
 *
 * Members of layers above or beside this one are pointers that only those layers look into.
 */
enum { NODE_CHANNELS_MAX = 1024, NODE_PARTIES_MAX = 64 };

/* A regulation in force here, and what its notes name.  Never changed after node_channel_put(). */
struct channel {
    unsigned char cid[32];
    int64_t chan; /* the key in SQL: the first 8 bytes of cid; 0 is the private log */
    const struct regulation *reg;
    struct bytes note;
    unsigned me;                 /* this agency's party number */
    const struct schema *schema; /* the versions of types that its note names */
    const struct calendar *calendar;
    const struct manifest *peers[NODE_PARTIES_MAX]; /* NULL: no card of that party yet */
    const char *title;
};

struct node {
    const char *dir;
    const char *db_url;
    struct ledger *ledger;
    const struct schema *schema; /* the newest of each type */
    const struct calendar *calendar;
    const struct indicator *indicators;
    size_t indicator_count;
    const struct manifest *me;
    const char *agency;
    bool demo;
    unsigned char actor_key[32];
    struct sign_secret *log_key;
    const struct view_sql *sql; /* statements of the types */
    struct commit *commit;
    struct db_pool *readers;
    const struct settings *settings;
    const void *units; /* schema/unit_file.h: this agency's units */
    struct arena *mem; /* the writer thread's, for channels that come while it runs */
    _Atomic(size_t) channel_count;
    _Atomic(const struct channel *) channels[NODE_CHANNELS_MAX];
};

int64_t node_chan_of(const unsigned char cid[32]);

/* Any thread.  Order is that of node_channel_put(). */
size_t node_channel_count(const struct node *node);
const struct channel *node_channel_at(const struct node *node, size_t i);
const struct channel *node_channel(
    const struct node *node, const unsigned char cid[32]);                         /* or NULL */
const struct channel *node_channel_by_chan(const struct node *node, int64_t chan); /* or NULL */

/*
 * Writer only.  Adds the channel, or replaces the one of the same cid (a new revision, a new card).
 * Borrows it: it lives in node->mem.  Sets `chan` from cid.
 */
NODISCARD enum err node_channel_put(struct op *op, struct node *node, struct channel *channel);

#endif
