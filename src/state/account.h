/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_ACCOUNT_H
#define STATE_ACCOUNT_H

#include "db/db.h"

struct actor;

/*
 * The people who use this node.
 *
 * An account is known by 16 random bytes; its login may change hands, the id never does, and the log
 * holds only what actor_id() makes of it.  Writing functions run statements on op->db inside the
 * writer's transaction (command/commit.h) and keep it durable; the others may run on a reader.
 *
 * Signing in takes two steps, so that the slow hash never holds the writer: account_verify() on a
 * reader, then account_attempt() in a job of the writer with how it went.
 *
 * Failed attempts count per (login, address): after ACCOUNT_TRIES each further one doubles a pause,
 * from 2 s to 15 min.  Somebody at another address is never locked out by it.  Real time is used.
 */
enum {
    ACCOUNT_ID_SIZE = 16,
    ACCOUNT_LOGIN_MAX = 32,     /* [a-z][a-z0-9._-]*, code points */
    ACCOUNT_NAME_MAX = 100,     /* code points */
    ACCOUNT_PASSWORD_MIN = 10,  /* code points */
    ACCOUNT_PASSWORD_MAX = 200, /* bytes */
    ACCOUNT_TRIES = 5
};

struct account {
    unsigned char id[ACCOUNT_ID_SIZE];
    const char *login;
    const char *name;
    const char *unit;       /* unit code; NULL: none */
    unsigned roles;         /* policy/role.h bits */
    unsigned char card[16]; /* key.officer record that the account stands behind */
    bool has_card;
    bool disabled;
    bool must_change;   /* the password was set by somebody else */
    int64_t created_ms; /* real time */
};

/* Checks the fields (op->fields, ERR_INVALID), then inserts.  The id is made here.  ERR_CONFLICT: the
   login is taken. */
NODISCARD enum err account_create(
    struct op *op, const struct account *in, const char *password, unsigned char ret_id[16]);
NODISCARD enum err account_put(struct op *op, const struct account *a); /* all but the password */
NODISCARD enum err account_set_password(
    struct op *op, const unsigned char id[16], const char *password, bool must_change);
NODISCARD enum err account_find(
    struct op *op, const unsigned char id[16], const struct account **ret_account);
NODISCARD enum err account_find_login(
    struct op *op, const char *login, const struct account **ret_account);
NODISCARD enum err account_list(
    struct op *op, const struct account **ret_accounts, size_t *ret_count); /* by login */

/*
 * ERR_AUTH, with one message for a wrong login, a wrong password and a disabled account, after the
 * same work; ERR_BUSY while (login, address) has to wait, with the seconds in the message.
 */
NODISCARD enum err account_verify(struct op *op, const char *login, const char *password,
    const char *address, const struct account **ret_account);
NODISCARD enum err account_attempt(
    struct op *op, const char *login, const char *address, bool success);

/* What policy asks about.  `session` is struct session's key or NULL, for a token. */
const struct actor *account_actor(
    struct op *op, const struct account *a, const char *session, bool by_token);

extern const struct db_sql account_sql[];
extern const size_t account_sql_count;

#endif
