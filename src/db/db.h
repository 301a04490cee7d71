/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/bytes.h"

struct op;

/*
 * One way to ask SQLite and PostgreSQL the same question.
 *
 * SQL is written once, with $1, $2 for parameters, in the table of the module that owns the rows
 * (struct db_sql).  There is no function that takes a statement from anywhere else, so the set of
 * statements the program can run is closed: a test lists them all and prepares each on both
 * databases.  Statements are prepared at their first use and kept by the address of their struct
 * db_sql, which therefore lives at least as long as the connection and never changes.
 *
 * Types: db_int is a BIGINT, db_text a TEXT, db_bytes a BLOB.  A number in SQL that is neither
 * compared with a column nor cast may be taken for something else: write CAST($1 AS BIGINT).  A
 * sum is CAST(sum(x) AS BIGINT).  A result column is an integer, text, bytes or NULL.
 *
 * Errors: ERR_BUSY (another process holds the database, or PostgreSQL asks to try again),
 * ERR_CONFLICT (a constraint), ERR_FULL, ERR_IO (unreadable, read-only, connection lost, a wrong
 * statement), ERR_CORRUPT.  All carry a message.
 *
 * A connection belongs to one thread at a time; readers share a pool (db/db_pool.h).
 */
struct db;

enum db_kind { DB_SQLITE, DB_PG };
enum db_mode { DB_WRITER, DB_READER };
enum db_access { DB_READ, DB_WRITE };

/* A statement the program can run. */
struct db_sql {
    const char *name; /* "record.find": its name in errors and diagnostics */
    enum db_access access;
    const char *text;
    const char *text_pg; /* only where PostgreSQL has to say it differently */
};

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

/* Borrowed: what it points to outlives the rows of the query it is given to (nothing is copied). */
struct db_value {
    enum db_type type;
    int64_t i;
    const void *data;
    size_t size;
};

struct db_value db_null(void);
struct db_value db_int(int64_t i);
struct db_value db_text(const char *s); /* NULL binds SQL NULL */
struct db_value db_blob(const void *data, size_t size);
struct db_value db_bytes(struct bytes b); /* a NULL pointer with length 0 binds empty bytes */

enum { DB_ARGS_MAX = 256 };

#define DB_ARGS(...)                          \
    (const struct db_value[]){ __VA_ARGS__ }, \
        sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value)
#define DB_NO_ARGS NULL, 0

/*
 * url: "sqlite:/path/phoihop.db", "sqlite::memory:" or "postgresql://...".  Sets nothing in op.
 * A PostgreSQL writer takes an advisory lock for its schema: a second one is refused (ERR_BUSY).
 * Two writers of one SQLite file are kept apart by the ledger's lock file.  A reader cannot write:
 * the database itself refuses.
 */
NODISCARD enum err db_open(struct op *op, const char *url, enum db_mode mode, struct db **ret_db);
void db_close(struct db *db); /* NULL is allowed */
void db_auto(struct db **db);
enum db_kind db_kind(const struct db *db);
bool db_is_lost(const struct db *db); /* PostgreSQL: the connection is gone; open another */

/* Everything below works on op->db. */

/* Runs a statement whose rows, if any, do not matter. */
NODISCARD enum err db_exec(
    struct op *op, const struct db_sql *sql, const struct db_value *args, size_t count);
int64_t db_changes(const struct db *db); /* rows written by the last db_exec */

/*
 * Ask a question and walk its rows.  Columns are valid until the next db_next().
 *
 *     AUTO(db_rows) struct db_rows rows = { 0 };
 *     TRY(db_query(op, &record_sql[RECORD_FIND], DB_ARGS(db_text(id)), &rows));
 *     while (db_next(&rows))
 *         ... db_col_text(&rows, 0) ...
 *     TRY(db_end(op, &rows));
 *
 * Reading a column as what it is not gives 0, NULL or nothing, and db_end() then fails.
 */
struct db_rows {
    struct db *db;
    const struct db_sql *sql;
    void *cursor;
    int row;       /* PostgreSQL: the current row of the result held in cursor */
    enum err code; /* why db_next() stopped */
};

NODISCARD enum err db_query(struct op *op, const struct db_sql *sql, const struct db_value *args,
    size_t count, struct db_rows *ret_rows);
bool db_next(struct db_rows *rows);
NODISCARD enum err db_end(struct op *op, struct db_rows *rows);
void db_rows_auto(struct db_rows *rows); /* may be called early; the struct can be used again */

int64_t db_col_int(const struct db_rows *rows, int col);      /* 0 for SQL NULL */
const char *db_col_text(const struct db_rows *rows, int col); /* NULL for SQL NULL */
struct bytes db_col_bytes(const struct db_rows *rows, int col);
bool db_col_is_null(const struct db_rows *rows, int col);

/* The first column of the first row: 0 without a row or with SQL NULL. */
NODISCARD enum err db_get_int(struct op *op, const struct db_sql *sql, const struct db_value *args,
    size_t count, int64_t *ret_int);

/*
 * Transactions.  A writer's takes the write lock at once; a reader's gives one snapshot to several
 * questions.  Savepoints nest; db_rollback_to() undoes the innermost one and ends it.
 *
 * A commit may be lost in a power cut but never torn: views are built again from the log.  Who writes
 * kept rows calls db_keep() in the transaction, and its commit then waits for the disk.  After a
 * commit that failed nothing stands, except that ERR_IO (a connection lost just then, a sync that
 * failed) leaves it open: read again.
 */
NODISCARD enum err db_begin(struct op *op);
NODISCARD enum err db_commit(struct op *op);   /* an error: rolled back, see below */
NODISCARD enum err db_rollback(struct op *op); /* no open transaction: ERR_OK */
NODISCARD enum err db_savepoint(struct op *op);
NODISCARD enum err db_release(struct op *op);
NODISCARD enum err db_rollback_to(struct op *op);
bool db_in_transaction(const struct db *db);
void db_keep(struct op *op);

/* SQLite: moves the write-ahead log into the file; not inside a transaction.  PostgreSQL: nothing. */
NODISCARD enum err db_checkpoint(struct op *op);
/* Fresh statistics for the planner, after a rebuild. */
NODISCARD enum err db_analyze(struct op *op);

/*
 * Tables, from constant or generated texts (view/type_sql.h): CREATE, DROP and ALTER only, one
 * statement a text, written for SQLite with BIGINT, TEXT and BLOB.  db_ddl() gives the text a driver
 * runs: for PostgreSQL BLOB becomes BYTEA, TEXT compares by bytes, INTEGER PRIMARY KEY becomes a
 * BIGINT that counts by itself, WITHOUT ROWID is dropped.  db_ddl_exec() applies it.
 */
char *db_ddl(struct arena *mem, enum db_kind kind, const char *text);
NODISCARD enum err db_ddl_exec(struct op *op, const char *const *texts, size_t count);

/* Prepares one statement and checks that its types are those this header allows; runs nothing. */
NODISCARD enum err db_prepare_check(struct op *op, const struct db_sql *sql);

#endif
