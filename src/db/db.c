/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/db.h"

#include <assert.h>
#include <string.h>

#include "base/op.h"
#include "db/db_driver.h"

/*
 * What both databases share: values, the walk over rows with its checks, the state of a transaction.
 * All else goes through the driver.
 */
static const struct db_driver *const drivers[] = { &db_driver_sqlite, &db_driver_pg };

struct db_value
db_null(void)
{
    return (struct db_value){ .type = DB_NULL };
}

struct db_value
db_int(int64_t i)
{
    return (struct db_value){ .type = DB_INT, .i = i };
}

struct db_value
db_text(const char *s)
{
    if (s == NULL)
        return db_null();
    return (struct db_value){ .type = DB_TEXT, .data = s, .size = strlen(s) };
}

struct db_value
db_blob(const void *data, size_t size)
{
    return (struct db_value){ .type = DB_BLOB, .data = data != NULL ? data : "", .size = size };
}

struct db_value
db_bytes(struct bytes b)
{
    return db_blob(b.p, b.len);
}

enum err
db_fail(struct op *op, enum err code, const char *what, const char *detail)
{
    if (code == ERR_BUSY)
        return op_fail(
            op, code, "%s: the database is busy (%s); try again in a moment", what, detail);
    if (code == ERR_CONFLICT)
        return op_fail(op, code, "%s: it collides with what is stored (%s)", what, detail);
    if (code == ERR_FULL)
        return op_fail(op, code,
            "%s: the disk of the database is full (%s); free some space, then try again", what,
            detail);
    if (code == ERR_CORRUPT)
        return op_fail(op, code,
            "%s: the database is damaged (%s); stop the node and run phoihop rebuild", what,
            detail);
    return op_fail(op, code,
        "%s: the database does not answer (%s); check its disk, its rights and its connection",
        what, detail);
}

enum err
db_open(struct op *op, const char *url, enum db_mode mode, struct db **ret_db)
{
    for (size_t i = 0; i < COUNT(drivers); i++)
        if (strncmp(url, drivers[i]->scheme, strlen(drivers[i]->scheme)) == 0)
            return drivers[i]->open(op, url, mode, ret_db);
    return op_fail(op, ERR_INVALID,
        "the database address has to begin with sqlite: or postgresql:, correct it in "
        "phoihop.conf");
}

void
db_close(struct db *db)
{
    if (db != NULL)
        db->driver->close(db);
}

void
db_auto(struct db **db)
{
    db_close(*db);
    *db = NULL;
}

enum db_kind
db_kind(const struct db *db)
{
    return db->driver->kind;
}

bool
db_is_lost(const struct db *db)
{
    return db->driver->is_lost(db);
}

enum err
db_query(struct op *op, const struct db_sql *sql, const struct db_value *args, size_t count,
    struct db_rows *ret_rows)
{
    struct db *db = op->db;

    assert(db != NULL);
    if (sql->access == DB_WRITE && db->mode == DB_READER)
        return op_fail(op, ERR_IO, "%s writes, but this connection only reads", sql->name);
    if (count > DB_ARGS_MAX)
        return op_fail(op, ERR_TOO_BIG, "%s has more than %d values", sql->name, DB_ARGS_MAX);
    db_rows_auto(ret_rows);
    *ret_rows = (struct db_rows){ .db = db, .sql = sql, .row = -1 };

    enum err e = db->driver->query(op, sql, args, count, ret_rows);

    if (e != ERR_OK)
        *ret_rows = (struct db_rows){ 0 };
    return e;
}

bool
db_next(struct db_rows *rows)
{
    return rows->db->driver->next(rows);
}

enum err
db_end(struct op *op, struct db_rows *rows)
{
    const struct db_sql *misread = rows->db->misread;

    if (rows->code != ERR_OK)
        return rows->db->driver->fail(op, rows);
    if (misread == NULL)
        return ERR_OK;
    rows->db->misread = NULL;
    return op_fail(op, ERR_CORRUPT, "%s: column %d does not hold what the program expects",
        misread->name, rows->db->misread_col);
}

void
db_rows_auto(struct db_rows *rows)
{
    if (rows->db != NULL && rows->cursor != NULL)
        rows->db->driver->done(rows);
    *rows = (struct db_rows){ 0 };
}

enum err
db_exec(struct op *op, const struct db_sql *sql, const struct db_value *args, size_t count)
{
    AUTO(db_rows) struct db_rows rows = { 0 };

    TRY(db_query(op, sql, args, count, &rows));
    while (db_next(&rows))
        continue;
    TRY(db_end(op, &rows));
    op->db->changes = op->db->driver->changes(&rows);
    return ERR_OK;
}

int64_t
db_changes(const struct db *db)
{
    return db->changes;
}

/* False: NULL, or not what was asked for; the latter is remembered for db_end(). */
static bool
is_readable(const struct db_rows *rows, int col, enum db_type wanted)
{
    bool known = true;
    enum db_type type = rows->db->driver->col_type(rows, col, &known);

    if (known && type == wanted)
        return true;
    if (!known || type != DB_NULL) {
        rows->db->misread = rows->sql;
        rows->db->misread_col = col;
    }
    return false;
}

int64_t
db_col_int(const struct db_rows *rows, int col)
{
    return is_readable(rows, col, DB_INT) ? rows->db->driver->col_int(rows, col) : 0;
}

const char *
db_col_text(const struct db_rows *rows, int col)
{
    if (!is_readable(rows, col, DB_TEXT))
        return NULL;
    return (const char *)rows->db->driver->col_bytes(rows, col).p;
}

struct bytes
db_col_bytes(const struct db_rows *rows, int col)
{
    if (!is_readable(rows, col, DB_BLOB))
        return (struct bytes){ 0 };
    return rows->db->driver->col_bytes(rows, col);
}

bool
db_col_is_null(const struct db_rows *rows, int col)
{
    bool known = true;

    return rows->db->driver->col_type(rows, col, &known) == DB_NULL && known;
}

enum err
db_get_int(struct op *op, const struct db_sql *sql, const struct db_value *args, size_t count,
    int64_t *ret_int)
{
    AUTO(db_rows) struct db_rows rows = { 0 };
    int64_t value = 0;

    TRY(db_query(op, sql, args, count, &rows));
    if (db_next(&rows))
        value = db_col_int(&rows, 0);
    TRY(db_end(op, &rows));
    *ret_int = value;
    return ERR_OK;
}

enum err
db_begin(struct op *op)
{
    struct db *db = op->db;

    assert(!db->in_transaction);
    TRY(db->driver->control(
        op, db->mode == DB_WRITER ? DB_CONTROL_BEGIN_WRITE : DB_CONTROL_BEGIN_READ));
    db->in_transaction = true;
    db->keep = false;
    return ERR_OK;
}

enum err
db_commit(struct op *op)
{
    struct db *db = op->db;

    assert(db->in_transaction);

    enum err e = db->driver->control(op, DB_CONTROL_COMMIT);

    db->in_transaction = false;
    db->keep = false;
    return e;
}

enum err
db_rollback(struct op *op)
{
    struct db *db = op->db;

    if (!db->in_transaction)
        return ERR_OK;
    db->in_transaction = false;
    db->keep = false;
    return db->driver->control(op, DB_CONTROL_ROLLBACK);
}

enum err
db_savepoint(struct op *op)
{
    assert(op->db->in_transaction);
    return op->db->driver->control(op, DB_CONTROL_SAVEPOINT);
}

enum err
db_release(struct op *op)
{
    assert(op->db->in_transaction);
    return op->db->driver->control(op, DB_CONTROL_RELEASE);
}

enum err
db_rollback_to(struct op *op)
{
    assert(op->db->in_transaction);
    return op->db->driver->control(op, DB_CONTROL_ROLLBACK_TO);
}

bool
db_in_transaction(const struct db *db)
{
    return db->in_transaction;
}

void
db_keep(struct op *op)
{
    op->db->keep = true;
}

enum err
db_checkpoint(struct op *op)
{
    assert(!op->db->in_transaction);
    return op->db->driver->control(op, DB_CONTROL_CHECKPOINT);
}

enum err
db_analyze(struct op *op)
{
    return op->db->driver->control(op, DB_CONTROL_ANALYZE);
}

enum err
db_prepare_check(struct op *op, const struct db_sql *sql)
{
    return op->db->driver->check(op, sql);
}
