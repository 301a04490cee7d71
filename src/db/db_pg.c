/* SPDX-License-Identifier: EUPL-1.2 */
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/fault.h"
#include "base/op.h"
#include "db/db_cache.h"
#include "db/db_driver.h"

/*
 * Everything travels in binary, both ways, with its type said: an integer is int8, text is text,
 * bytes are bytea.  The type of a parameter comes from its first value that is not NULL; a statement
 * whose types were not all known is prepared again when one turns up.
 *
 * One writer a schema: an advisory lock held by the writer's session.  It is lost only with the
 * connection, and then every transaction on it fails.
 */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 };
enum { OID_TEXT = 25, OID_VARCHAR = 1043 };
enum { NAME_SIZE = 24, INT_SIZE = 8 };

struct statement {
    char name[NAME_SIZE];
    size_t count;
    Oid types[]; /* 0: only NULL was bound so far */
};

struct pg {
    struct db db;
    PGconn *conn;
    unsigned long long serial; /* names of statements */
    struct db_cache cache;
};

static const char *const controls[DB_CONTROL_COUNT] = {
    /* One writer, so nothing to be serialised against. */
    [DB_CONTROL_BEGIN_WRITE] = "BEGIN ISOLATION LEVEL REPEATABLE READ",
    [DB_CONTROL_BEGIN_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [DB_CONTROL_COMMIT] = "COMMIT",
    [DB_CONTROL_ROLLBACK] = "ROLLBACK",
    [DB_CONTROL_SAVEPOINT] = "SAVEPOINT s",
    [DB_CONTROL_RELEASE] = "RELEASE SAVEPOINT s",
    [DB_CONTROL_ROLLBACK_TO] = "ROLLBACK TO SAVEPOINT s; RELEASE SAVEPOINT s",
    [DB_CONTROL_ANALYZE] = "ANALYZE",
};

static const char setup_writer[] = "SET client_min_messages = warning; SET jit = off;"
                                   "SET synchronous_commit = off; SET lock_timeout = '10s'";
static const char setup_reader[] = "SET client_min_messages = warning; SET jit = off;"
                                   "SET default_transaction_read_only = on;"
                                   "SET statement_timeout = '30s'";
static const char writer_lock[] =
    "SELECT pg_try_advisory_lock(1346915177, hashtext(current_schema()::text))";

static struct pg *
pg(const struct db *db)
{
    assert(db->driver == &db_driver_pg);
    return (struct pg *)(uintptr_t)db;
}

static enum err
map_state(PGconn *conn, const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    static const struct {
        const char *prefix;
        enum err code;
    } map[] = {
        { "40001", ERR_BUSY },
        { "40P01", ERR_BUSY }, /* serialization, deadlock */
        { "55P03", ERR_BUSY },
        { "57014", ERR_BUSY }, /* lock and statement timeouts */
        { "53300", ERR_BUSY }, /* too many connections */
        { "23", ERR_CONFLICT },
        { "53100", ERR_FULL },
        { "53200", ERR_FULL },
        { "54", ERR_TOO_BIG },
        { "XX001", ERR_CORRUPT },
        { "XX002", ERR_CORRUPT },
    };

    if (state == NULL || PQstatus(conn) != CONNECTION_OK)
        return ERR_IO;
    for (size_t i = 0; i < COUNT(map); i++)
        if (strncmp(state, map[i].prefix, strlen(map[i].prefix)) == 0)
            return map[i].code;
    return ERR_IO;
}

/* The first line only: the others may quote the values. */
static const char *
detail_of(struct op *op, PGconn *conn, const PGresult *res)
{
    const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    char *text = arena_strdup(op->mem, primary != NULL ? primary : PQerrorMessage(conn));

    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* Frees a result that was not what was asked for. */
static enum err
fail_result(struct op *op, struct pg *p, PGresult *res, const char *what)
{
    enum err e = db_fail(op, map_state(p->conn, res), what, detail_of(op, p->conn, res));

    PQclear(res);
    return e;
}

static bool
is_done(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static enum err
run(struct op *op, struct pg *p, const char *text, const char *what)
{
    if (fault("pg.exec"))
        return db_fail(op, ERR_IO, what, "fault");

    PGresult *res = PQexec(p->conn, text);

    if (!is_done(res))
        return fail_result(op, p, res, what);
    PQclear(res);
    return ERR_OK;
}

static void
pg_close(struct db *db)
{
    struct pg *p = pg(db);

    db_cache_each(&p->cache, free);
    db_cache_done(&p->cache);
    PQfinish(p->conn);
    free(p);
}

static void
be_quiet(void *arg, const char *message)
{
    (void)arg, (void)message;
}

static enum err
take_writer_lock(struct op *op, struct pg *p)
{
    PGresult *res = PQexec(p->conn, writer_lock);

    if (!is_done(res))
        return fail_result(op, p, res, "lock");

    bool taken = strcmp(PQgetvalue(res, 0, 0), "t") == 0;

    PQclear(res);
    if (!taken)
        return op_fail(op, ERR_BUSY,
            "another node is writing to this database; stop it, or give this node its own");
    return ERR_OK;
}

static enum err
setup(struct op *op, struct pg *p)
{
    const char *encoding = NULL;

    if (fault("pg.open") || PQstatus(p->conn) != CONNECTION_OK)
        return op_fail(op, ERR_IO,
            "cannot connect to PostgreSQL: %s; check that it runs and the address in phoihop.conf",
            detail_of(op, p->conn, NULL));
    PQsetNoticeProcessor(p->conn, be_quiet, NULL);
    encoding = PQparameterStatus(p->conn, "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        return op_fail(op, ERR_INVALID,
            "the PostgreSQL database is not in UTF8; create it with ENCODING 'UTF8'");
    if (PQsetClientEncoding(p->conn, "UTF8") != 0)
        return db_fail(op, ERR_IO, "setup", detail_of(op, p->conn, NULL));
    TRY(run(op, p, p->db.mode == DB_WRITER ? setup_writer : setup_reader, "setup"));
    return p->db.mode == DB_WRITER ? take_writer_lock(op, p) : ERR_OK;
}

static enum err
pg_open(struct op *op, const char *url, enum db_mode mode, struct db **ret_db)
{
    struct pg *p = db_alloc(1, sizeof(*p));

    p->db = (struct db){ .driver = &db_driver_pg, .mode = mode };
    p->conn = PQconnectdb(url);

    enum err e = setup(op, p);

    if (e != ERR_OK) {
        pg_close(&p->db);
        return e;
    }
    *ret_db = &p->db;
    return ERR_OK;
}

static const char *
sql_text(const struct db_sql *sql)
{
    return sql->text_pg != NULL ? sql->text_pg : sql->text;
}

static Oid
type_of(const struct db_value *v)
{
    switch (v->type) {
    case DB_INT:
        return OID_INT8;
    case DB_TEXT:
        return OID_TEXT;
    case DB_BLOB:
        return OID_BYTEA;
    case DB_NULL:
        break;
    }
    return 0;
}

/* Can the statement take these values?  `ret_wider`: yes, once it is prepared again. */
static bool
types_fit(const struct statement *st, const struct db_value *args, size_t count, bool *ret_wider)
{
    bool wider = false;

    if (st->count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        Oid type = type_of(&args[i]);

        if (type != 0 && st->types[i] == 0)
            wider = true;
        else if (type != 0 && st->types[i] != type)
            return false;
    }
    *ret_wider = wider;
    return true;
}

static enum err
prepare(struct op *op, struct pg *p, const struct db_sql *sql, const struct db_value *args,
    size_t count)
{
    struct statement *old = db_cache_find(&p->cache, sql);
    struct statement *st = db_alloc(1, sizeof(*st) + count * sizeof(st->types[0]));

    st->count = count;
    for (size_t i = 0; i < count; i++) {
        st->types[i] = type_of(&args[i]);
        if (st->types[i] == 0 && old != NULL)
            st->types[i] = old->types[i];
    }
    snprintf(st->name, sizeof(st->name), "s%llu", p->serial++);

    PGresult *res = PQprepare(p->conn, st->name, sql_text(sql), (int)count, st->types);

    if (fault("pg.prepare") || PQresultStatus(res) != PGRES_COMMAND_OK) {
        free(st);
        return fail_result(op, p, res, sql->name);
    }
    PQclear(res);
    free(old); /* its name stays known to the server, unused, until the connection ends */
    db_cache_put(&p->cache, sql, st);
    return ERR_OK;
}

static enum err
find_statement(struct op *op, const struct db_sql *sql, const struct db_value *args, size_t count,
    const struct statement **ret_statement)
{
    struct pg *p = pg(op->db);
    const struct statement *st = db_cache_find(&p->cache, sql);
    bool wider = st == NULL;

    if (st != NULL && !types_fit(st, args, count, &wider))
        return db_fail(op, ERR_IO, sql->name, "called with values of other types than before");
    if (wider)
        TRY(prepare(op, p, sql, args, count));
    *ret_statement = db_cache_find(&p->cache, sql);
    return ERR_OK;
}

static enum err
pg_query(struct op *op, const struct db_sql *sql, const struct db_value *args, size_t count,
    struct db_rows *ret_rows)
{
    struct pg *p = pg(op->db);
    const struct statement *st = NULL;
    const char *values[DB_ARGS_MAX];
    int64_t ints[DB_ARGS_MAX];
    int lengths[DB_ARGS_MAX];
    int formats[DB_ARGS_MAX];

    TRY(find_statement(op, sql, args, count, &st));
    for (size_t i = 0; i < count; i++) {
        bool is_int = args[i].type == DB_INT;

        assert(args[i].size <= INT32_MAX);
        ints[i] = (int64_t)htobe64((uint64_t)args[i].i);
        values[i] = is_int ? (const char *)&ints[i] : args[i].data; /* NULL for DB_NULL */
        lengths[i] = is_int ? INT_SIZE : (int)args[i].size;
        formats[i] = 1;
    }
    if (fault("pg.exec"))
        return db_fail(op, ERR_IO, sql->name, "fault");

    PGresult *res = PQexecPrepared(p->conn, st->name, (int)count, values, lengths, formats, 1);

    if (!is_done(res))
        return fail_result(op, p, res, sql->name);
    ret_rows->cursor = res;
    return ERR_OK;
}

static bool
pg_next(struct db_rows *rows)
{
    if (rows->row + 1 >= PQntuples(rows->cursor))
        return false;
    rows->row++;
    return true;
}

static void
pg_done(struct db_rows *rows)
{
    PQclear(rows->cursor);
}

static int64_t
pg_changes(const struct db_rows *rows)
{
    return strtoll(PQcmdTuples(rows->cursor), NULL, 10);
}

/* The whole result is here before the first row: there is nothing left to fail. */
static enum err
pg_fail(struct op *op, struct db_rows *rows)
{
    return db_fail(op, rows->code, rows->sql->name, "result");
}

static enum db_type
type_of_oid(Oid type, bool *ret_known)
{
    *ret_known = true;
    switch (type) {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        return DB_INT;
    case OID_NAME:
    case OID_TEXT:
    case OID_VARCHAR:
        return DB_TEXT;
    case OID_BYTEA:
        return DB_BLOB;
    default:
        *ret_known = false;
        return DB_NULL;
    }
}

static enum db_type
pg_col_type(const struct db_rows *rows, int col, bool *ret_known)
{
    *ret_known = true;
    if (PQgetisnull(rows->cursor, rows->row, col))
        return DB_NULL;
    return type_of_oid(PQftype(rows->cursor, col), ret_known);
}

static int64_t
pg_col_int(const struct db_rows *rows, int col)
{
    int size = PQgetlength(rows->cursor, rows->row, col);
    const char *p = PQgetvalue(rows->cursor, rows->row, col);
    uint64_t u = size > 1 && ((unsigned char)p[0] & 0x80) != 0 ? UINT64_MAX : 0; /* the sign */

    for (int i = 0; i < size; i++)
        u = u << 8 | (unsigned char)p[i];
    return (int64_t)u;
}

static struct bytes
pg_col_bytes(const struct db_rows *rows, int col)
{
    return (struct bytes){
        .p = (const unsigned char *)PQgetvalue(rows->cursor, rows->row, col),
        .len = (size_t)PQgetlength(rows->cursor, rows->row, col),
    };
}

/* In a transaction that has failed COMMIT is a ROLLBACK that calls itself a success. */
static enum err
pg_commit(struct op *op, struct pg *p)
{
    if (p->db.keep)
        TRY(run(op, p, "SET LOCAL synchronous_commit = on", "COMMIT"));

    PGresult *res = PQexec(p->conn, "COMMIT");

    if (!is_done(res))
        return fail_result(op, p, res, "COMMIT");

    bool committed = strcmp(PQcmdStatus(res), "COMMIT") == 0;

    PQclear(res);
    return committed ? ERR_OK : db_fail(op, ERR_IO, "COMMIT", "rolled back");
}

static enum err
pg_control(struct op *op, enum db_control what)
{
    struct pg *p = pg(op->db);

    if (what == DB_CONTROL_CHECKPOINT)
        return ERR_OK;
    if (what != DB_CONTROL_COMMIT)
        return run(op, p, controls[what], controls[what]);

    enum err e = fault("pg.commit") ? db_fail(op, ERR_IO, "COMMIT", "fault") : pg_commit(op, p);

    if (e != ERR_OK && PQtransactionStatus(p->conn) != PQTRANS_IDLE)
        PQclear(PQexec(p->conn, "ROLLBACK"));
    return e;
}

/* The extended protocol takes one statement only. */
static enum err
pg_ddl(struct op *op, const char *text)
{
    struct pg *p = pg(op->db);

    if (fault("pg.exec"))
        return db_fail(op, ERR_IO, text, "fault");

    PGresult *res = PQexecParams(p->conn, text, 0, NULL, NULL, NULL, NULL, 0);

    if (!is_done(res))
        return fail_result(op, p, res, text);
    PQclear(res);
    return ERR_OK;
}

/* The type db_int, db_text or db_bytes would bind where PostgreSQL saw `type`; 0: none of them. */
static Oid
bound_type(Oid type)
{
    bool known = false;

    switch (type_of_oid(type, &known)) {
    case DB_INT:
        return type == OID_BOOL ? 0 : OID_INT8;
    case DB_TEXT:
        return OID_TEXT;
    case DB_BLOB:
        return OID_BYTEA;
    case DB_NULL:
        break;
    }
    return 0;
}

static enum err
describe(struct op *op, struct pg *p, const struct db_sql *sql, const Oid *types, int count)
{
    PGresult *res = PQprepare(p->conn, "", sql_text(sql), count, types);

    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        return fail_result(op, p, res, sql->name);
    PQclear(res);
    return ERR_OK;
}

static enum err
check_types(struct op *op, const PGresult *res, const struct db_sql *sql, Oid *ret_types)
{
    bool known = true;

    if (PQnparams(res) > DB_ARGS_MAX)
        return op_fail(op, ERR_TOO_BIG, "%s has more than %d values", sql->name, DB_ARGS_MAX);
    for (int i = 0; i < PQnparams(res); i++) {
        ret_types[i] = bound_type(PQparamtype(res, i));
        if (ret_types[i] == 0)
            return op_fail(op, ERR_IO,
                "%s: parameter %d has a type that cannot be bound; write a CAST", sql->name, i + 1);
    }
    for (int i = 0; i < PQnfields(res); i++) {
        type_of_oid(PQftype(res, i), &known);
        if (!known)
            return op_fail(op, ERR_IO, "%s: column %d has a type that cannot be read; write a CAST",
                sql->name, i);
    }
    return ERR_OK;
}

/* Once with the types PostgreSQL infers, then with those that will be bound. */
static enum err
pg_check(struct op *op, const struct db_sql *sql)
{
    struct pg *p = pg(op->db);
    Oid types[DB_ARGS_MAX];

    TRY(describe(op, p, sql, NULL, 0));

    PGresult *res = PQdescribePrepared(p->conn, "");
    int count = PQnparams(res);
    enum err e = check_types(op, res, sql, types);

    PQclear(res);
    TRY(e);
    return describe(op, p, sql, types, count);
}

static bool
pg_is_lost(const struct db *db)
{
    return PQstatus(pg(db)->conn) != CONNECTION_OK;
}

const struct db_driver db_driver_pg = {
    .scheme = "postgresql:",
    .kind = DB_PG,
    .open = pg_open,
    .close = pg_close,
    .query = pg_query,
    .next = pg_next,
    .done = pg_done,
    .changes = pg_changes,
    .fail = pg_fail,
    .col_type = pg_col_type,
    .col_int = pg_col_int,
    .col_bytes = pg_col_bytes,
    .control = pg_control,
    .ddl = pg_ddl,
    .check = pg_check,
    .is_lost = pg_is_lost,
};
