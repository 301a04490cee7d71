/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_SESSION_H
#define STATE_SESSION_H

#include "state/account.h"

/*
 * A browser that has signed in.
 *
 * The cookie is 32 random bytes in hexadecimal; the database holds only their SHA-256, the session's
 * key, so who reads the database cannot take over a session.  A session ends after SESSION_IDLE_MS
 * without use and SESSION_MAX_MS in any case, by real time.  A power cut may end it early.
 *
 * The form token is derived from the cookie, so that no other site can know it, and masked with
 * fresh random bytes for each page, so that a compressed answer does not give it away.
 *
 * session_unmask() remembers that `record.open` showed a record's sensitive parts: to this session,
 * for SESSION_UNMASK_MS.  Writing functions run inside the writer's transaction.
 */
enum { SESSION_COOKIE_SIZE = 64, SESSION_FORM_SIZE = 128 }; /* characters */

enum session_limit {
    SESSION_IDLE_MS = 30 * 60 * 1000,
    SESSION_MAX_MS = 12 * 60 * 60 * 1000,
    SESSION_TOUCH_MS = 60 * 1000, /* how late the last use may be written down */
    SESSION_UNMASK_MS = 15 * 60 * 1000
};

struct session {
    const char
        *key; /* hexadecimal SHA-256 of the cookie's bytes: names the session, opens nothing */
    const struct account *account;
    int64_t started_ms;
    int64_t seen_ms;
    bool touch_due; /* the edge hands session_touch() to the writer */
};

NODISCARD enum err session_new(
    struct op *op, const unsigned char account[16], const char **ret_cookie);
/* ERR_AUTH when there is none, it has ended, or the account is disabled. */
NODISCARD enum err session_find(
    struct op *op, const char *cookie, const struct session **ret_session);
NODISCARD enum err session_touch(struct op *op, const char *key);
NODISCARD enum err session_end(struct op *op, const char *key);
NODISCARD enum err session_end_all(struct op *op, const unsigned char account[16]);
NODISCARD enum err session_purge(struct op *op); /* removes what has ended; cheap */

char *session_form_token(struct arena *mem, const char *cookie);
bool session_form_check(const char *cookie, const char *token); /* NULL is allowed: false */

NODISCARD enum err session_unmask(struct op *op, const char *key, const unsigned char rec[16]);
NODISCARD enum err session_is_unmasked(
    struct op *op, const char *key, const unsigned char rec[16], bool *ret_is);

extern const struct db_sql session_sql[];
extern const size_t session_sql_count;

#endif
