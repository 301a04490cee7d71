/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_TOKEN_H
#define STATE_TOKEN_H

#include "state/account.h"

/*
 * Named, expiring tokens: how a program or a command line speaks for a person.
 *
 * The token is shown once, by token_create(); the database holds its SHA-256.  It can do what its
 * account can, until it expires (real time), is revoked, or the account is disabled.
 * Writing functions run inside the writer's transaction and keep it durable.
 */
enum { TOKEN_NAME_MAX = 40, TOKEN_DAYS_MAX = 366, TOKEN_PER_ACCOUNT_MAX = 20 };

struct token {
    const char *name;
    int64_t created_ms;
    int64_t expires_ms;
    const struct account *account;
};

/* Text like "phoihop_" and 64 hexadecimal digits.  ERR_CONFLICT: the account has one of that name. */
NODISCARD enum err token_create(struct op *op, const unsigned char account[16], const char *name,
    int64_t days, const char **ret_token);
/* ERR_AUTH when it is unknown or expired, or the account is disabled. */
NODISCARD enum err token_find(struct op *op, const char *token, const struct token **ret_token);
NODISCARD enum err token_list(struct op *op, const unsigned char account[16],
    const struct token **ret_tokens, size_t *ret_count);
NODISCARD enum err token_revoke(struct op *op, const unsigned char account[16], const char *name);

extern const struct db_sql token_sql[];
extern const size_t token_sql_count;

#endif
