/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_DB_DRIVER_H
#define DB_DB_DRIVER_H

#include "db/db.h"

/* The few things that are said to both databases in different words. */
enum db_control {
    DB_CONTROL_BEGIN_WRITE,
    DB_CONTROL_BEGIN_READ,
    DB_CONTROL_COMMIT,
    DB_CONTROL_ROLLBACK,
    DB_CONTROL_SAVEPOINT,
    DB_CONTROL_RELEASE,
    DB_CONTROL_ROLLBACK_TO, /* and ends the savepoint */
    DB_CONTROL_CHECKPOINT,
    DB_CONTROL_ANALYZE,
    DB_CONTROL_COUNT
};

/* What a database has to be able to do.  Only db.c calls through this. */
struct db_driver {
    const char *scheme; /* "sqlite:" */
    enum db_kind kind;
    enum err (*open)(struct op *op, const char *url, enum db_mode mode, struct db **ret_db);
    void (*close)(struct db *db);
    enum err (*query)(struct op *op, const struct db_sql *sql, const struct db_value *args,
        size_t count, struct db_rows *ret_rows);
    bool (*next)(struct db_rows *rows);
    void (*done)(struct db_rows *rows);
    int64_t (*changes)(const struct db_rows *rows);
    enum err (*fail)(struct op *op, struct db_rows *rows); /* says why next() stopped */
    enum db_type (*col_type)(const struct db_rows *rows, int col, bool *ret_known);
    int64_t (*col_int)(const struct db_rows *rows, int col);
    struct bytes (*col_bytes)(const struct db_rows *rows, int col); /* text too; NUL after it */
    enum err (*control)(struct op *op, enum db_control what);
    enum err (*ddl)(struct op *op, const char *text);
    enum err (*check)(struct op *op, const struct db_sql *sql);
    bool (*is_lost)(const struct db *db);
};

struct db {
    const struct db_driver *driver;
    enum db_mode mode;
    bool in_transaction;
    bool keep; /* the commit of this transaction waits for the disk */
    int64_t changes;
    const struct db_sql *misread; /* a column was read as what it is not */
    int misread_col;
};

/* Says what a driver's error means to the person; `what` is a statement's name or what was done. */
enum err db_fail(struct op *op, enum err code, const char *what, const char *detail);

extern const struct db_driver db_driver_sqlite;
extern const struct db_driver db_driver_pg;

#endif
