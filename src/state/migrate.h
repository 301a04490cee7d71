/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_MIGRATE_H
#define STATE_MIGRATE_H

#include "db/db.h"

/*
 * The kept tables: accounts, sessions, tokens, cursors, settings.  They cannot be built again from
 * the log, so they are changed by numbered steps that are never edited once released; each runs once,
 * in one transaction with the note that it did.
 *
 * state_migrate() runs what is missing on op->db, a writer without an open transaction.  A database
 * of a newer program is refused (ERR_INVALID): it is not opened with an older one.
 */
NODISCARD enum err state_migrate(struct op *op);

extern const struct db_sql migrate_sql[];
extern const size_t migrate_sql_count;

#endif
