/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_ACTOR_ID_H
#define STATE_ACTOR_ID_H

#include "base/bytes.h"

struct node;

/*
 * Who did it, as the log says it: 16 bytes that only this agency can give a name to
 * (docs/format/log.md, actor: HMAC-SHA-256(keys/actor, cid || account)[:16]).  The same person has
 * another id in each channel; the private log's cid is 32 zero bytes.
 */
enum { ACTOR_ID_SIZE = 16 };

void actor_id(const struct node *node, const unsigned char cid[32], const unsigned char account[16],
    unsigned char ret_id[16]);

#endif
