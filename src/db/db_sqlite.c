/* SPDX-License-Identifier: EUPL-1.2 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/fault.h"
#include "base/op.h"
#include "db/db_cache.h"
#include "db/db_driver.h"

/*
 * SQLite takes $1 for a parameter *named* "$1" and numbers it by its first appearance.  So $n becomes
 * ?n when a statement is prepared, and its number is its index.
 *
 * Values are bound by reference (SQLITE_STATIC): they outlive the rows by db.h's contract, and the
 * bindings are cleared when the rows end.  A statement that is asked again while its rows are still
 * walked (a walk down the tree of units) gets a second one, for that time.
 *
 * The write-ahead log is not synced at each commit (synchronous=NORMAL): docs/format/log.md is the
 * durable half.  A transaction with kept rows syncs it once it is committed.
 */
enum { BUSY_TIMEOUT_MS = 2000, WAL_FRAMES_MAX = 8192 /* of 8 KiB */ };

struct statement {
    sqlite3_stmt *stmt;
    bool busy;  /* some rows walk it */
    bool spare; /* not in the cache */
};

struct sqlite {
    struct db db;
    sqlite3 *handle;
    struct db_cache cache;
};

static const char *const controls[DB_CONTROL_COUNT] = {
    [DB_CONTROL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [DB_CONTROL_BEGIN_READ] = "BEGIN",
    [DB_CONTROL_COMMIT] = "COMMIT",
    [DB_CONTROL_ROLLBACK] = "ROLLBACK",
    [DB_CONTROL_SAVEPOINT] = "SAVEPOINT s",
    [DB_CONTROL_RELEASE] = "RELEASE s",
    [DB_CONTROL_ROLLBACK_TO] = "ROLLBACK TO s; RELEASE s",
    [DB_CONTROL_ANALYZE] = "PRAGMA analysis_limit = 1000; ANALYZE",
};

static const char setup_writer[] = "PRAGMA page_size = 8192; PRAGMA foreign_keys = off;"
                                   "PRAGMA trusted_schema = off; PRAGMA temp_store = memory;"
                                   "PRAGMA synchronous = normal; PRAGMA wal_autocheckpoint = 0;"
                                   "PRAGMA cache_size = -32768; PRAGMA journal_mode = wal";

static const char setup_reader[] = "PRAGMA trusted_schema = off; PRAGMA temp_store = memory;"
                                   "PRAGMA cache_size = -512; PRAGMA query_only = on;"
                                   "SELECT count(*) FROM sqlite_schema";

static struct sqlite *
sqlite(const struct db *db)
{
    assert(db->driver == &db_driver_sqlite);
    return (struct sqlite *)(uintptr_t)db;
}

static enum err
map_code(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_TOOBIG:
        return ERR_TOO_BIG;
    default: /* IOERR, READONLY, CANTOPEN, and ERROR: a statement that is wrong */
        return ERR_IO;
    }
}

static enum err
check(struct op *op, struct sqlite *s, int rc, const char *what)
{
    enum err e = map_code(rc);

    return e == ERR_OK ? ERR_OK : db_fail(op, e, what, sqlite3_errmsg(s->handle));
}

/* The statement itself is not where a reader is stopped first, but where it is stopped for certain. */
static int
authorize(void *arg, int action, const char *one, const char *two, const char *dbname,
    const char *trigger)
{
    const struct sqlite *s = arg;

    (void)two, (void)dbname, (void)trigger;
    if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
        return SQLITE_DENY;
    if (s->db.mode == DB_WRITER)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_OK;
    case SQLITE_PRAGMA: /* asked by the full text module itself */
        return strcmp(one, "data_version") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static void
statement_free(void *prepared)
{
    struct statement *st = prepared;

    sqlite3_finalize(st->stmt);
    free(st);
}

static void
lite_close(struct db *db)
{
    struct sqlite *s = sqlite(db);

    db_cache_each(&s->cache, statement_free);
    db_cache_done(&s->cache);
    sqlite3_close_v2(s->handle);
    free(s);
}

/* Only a file that was not there: closing a descriptor of an open one would drop SQLite's locks. */
static enum err
create_private(struct op *op, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
    else if (errno != EEXIST)
        return op_fail(op, errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO,
            "cannot create the database %s: %s", path, strerrordesc_np(errno));
    return ERR_OK;
}

static int
last_column(void *arg, int count, char **values, char **names)
{
    struct buf *out = arg;

    (void)names;
    out->len = 0;
    buf_text(out, count == 1 && values[0] != NULL ? values[0] : "");
    return 0;
}

static enum err
setup(struct op *op, struct sqlite *s, const char *path)
{
    struct buf last;

    buf_init(&last, op->mem, 64);
    sqlite3_busy_timeout(s->handle, BUSY_TIMEOUT_MS);
    TRY(check(op, s,
        sqlite3_exec(s->handle, s->db.mode == DB_WRITER ? setup_writer : setup_reader, last_column,
            &last, NULL),
        path));

    const char *journal = buf_cstr(&last);

    if (s->db.mode == DB_WRITER && strcmp(journal, "wal") != 0 && strcmp(journal, "memory") != 0)
        return op_fail(op, ERR_IO,
            "%s: this file system cannot share a database; keep the node on a local disk", path);
    sqlite3_set_authorizer(s->handle, authorize, s);
    return ERR_OK;
}

static enum err
lite_open(struct op *op, const char *url, enum db_mode mode, struct db **ret_db)
{
    const char *path = url + strlen(db_driver_sqlite.scheme);

    if (fault("sqlite.open"))
        return op_fail(op, ERR_IO, "cannot create the database %s: %s", path, "fault");
    if (mode == DB_WRITER && strcmp(path, ":memory:") != 0)
        TRY(create_private(op, path));

    struct sqlite *s = db_alloc(1, sizeof(*s));

    s->db = (struct db){ .driver = &db_driver_sqlite, .mode = mode };

    int rc = sqlite3_open_v2(path, &s->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum err e = rc == SQLITE_OK ? setup(op, s, path) : check(op, s, rc, path);

    if (e != ERR_OK) {
        lite_close(&s->db);
        return e;
    }
    *ret_db = &s->db;
    return ERR_OK;
}

/* $12 becomes ?12, outside of 'strings'. */
static char *
number_parameters(struct arena *mem, const char *text)
{
    char *out = arena_strdup(mem, text);
    bool quoted = false;

    for (char *p = out; *p != '\0'; p++)
        if (*p == '\'')
            quoted = !quoted;
        else if (*p == '$' && !quoted)
            *p = '?';
    return out;
}

static enum err
prepare(struct op *op, struct sqlite *s, const struct db_sql *sql, unsigned flags,
    sqlite3_stmt **ret_stmt)
{
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;

    if (fault("sqlite.prepare"))
        return db_fail(op, ERR_IO, sql->name, "fault");

    size_t mark = arena_mark(op->mem);
    int rc = sqlite3_prepare_v3(
        s->handle, number_parameters(op->mem, sql->text), -1, flags, &stmt, &tail);
    bool more = rc == SQLITE_OK && tail[strspn(tail, " ;\n")] != '\0';

    arena_rewind(op->mem, mark);
    TRY(check(op, s, rc, sql->name));
    if (stmt != NULL && !more && (sql->access == DB_WRITE || sqlite3_stmt_readonly(stmt))) {
        *ret_stmt = stmt;
        return ERR_OK;
    }
    sqlite3_finalize(stmt);
    return db_fail(op, ERR_IO, sql->name,
        more || stmt == NULL ? "not one statement" : "declared to read, but it writes");
}

static enum err
take_statement(
    struct op *op, struct sqlite *s, const struct db_sql *sql, struct statement **ret_statement)
{
    struct statement *st = db_cache_find(&s->cache, sql);
    bool spare = st != NULL;
    sqlite3_stmt *stmt = NULL;

    if (st == NULL || st->busy) {
        TRY(prepare(op, s, sql, spare ? 0 : SQLITE_PREPARE_PERSISTENT, &stmt));
        st = db_alloc(1, sizeof(*st));
        *st = (struct statement){ .stmt = stmt, .spare = spare };
        if (!spare)
            db_cache_put(&s->cache, sql, st);
    }
    st->busy = true;
    *ret_statement = st;
    return ERR_OK;
}

static void
give_statement(struct statement *st)
{
    if (st->spare) {
        statement_free(st);
        return;
    }
    sqlite3_reset(st->stmt);
    sqlite3_clear_bindings(st->stmt);
    st->busy = false;
}

static int
bind(sqlite3_stmt *stmt, int index, const struct db_value *v)
{
    switch (v->type) {
    case DB_INT:
        return sqlite3_bind_int64(stmt, index, v->i);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, index, v->data, v->size, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(stmt, index, v->data, v->size, SQLITE_STATIC);
    case DB_NULL:
        return sqlite3_bind_null(stmt, index);
    }
    return SQLITE_MISUSE;
}

static enum err
lite_query(struct op *op, const struct db_sql *sql, const struct db_value *args, size_t count,
    struct db_rows *ret_rows)
{
    struct sqlite *s = sqlite(op->db);
    struct statement *st = NULL;

    TRY(take_statement(op, s, sql, &st));
    if ((int)count != sqlite3_bind_parameter_count(st->stmt)) {
        give_statement(st);
        return db_fail(op, ERR_IO, sql->name, "called with the wrong number of values");
    }
    for (int i = 0; i < (int)count; i++) {
        int rc = bind(st->stmt, i + 1, &args[i]);

        if (rc != SQLITE_OK) {
            enum err e = check(op, s, rc, sql->name);

            give_statement(st);
            return e;
        }
    }
    ret_rows->cursor = st;
    return ERR_OK;
}

static sqlite3_stmt *
stmt_of(const struct db_rows *rows)
{
    return ((const struct statement *)rows->cursor)->stmt;
}

static bool
lite_next(struct db_rows *rows)
{
    if (rows->row == INT_MAX) /* it had ended: SQLite would start again */
        return false;

    int rc = fault("sqlite.step") ? SQLITE_IOERR : sqlite3_step(stmt_of(rows));

    if (rc == SQLITE_ROW)
        return true;
    rows->row = INT_MAX;
    rows->code = map_code(rc);
    return false;
}

static void
lite_done(struct db_rows *rows)
{
    give_statement(rows->cursor);
}

static int64_t
lite_changes(const struct db_rows *rows)
{
    return sqlite3_changes64(sqlite(rows->db)->handle);
}

static enum err
lite_fail(struct op *op, struct db_rows *rows)
{
    return db_fail(op, rows->code, rows->sql->name, sqlite3_errmsg(sqlite(rows->db)->handle));
}

static enum db_type
lite_col_type(const struct db_rows *rows, int col, bool *ret_known)
{
    *ret_known = true;
    switch (sqlite3_column_type(stmt_of(rows), col)) {
    case SQLITE_INTEGER:
        return DB_INT;
    case SQLITE_TEXT:
        return DB_TEXT;
    case SQLITE_BLOB:
        return DB_BLOB;
    case SQLITE_NULL:
        return DB_NULL;
    default:
        *ret_known = false;
        return DB_NULL;
    }
}

static int64_t
lite_col_int(const struct db_rows *rows, int col)
{
    return sqlite3_column_int64(stmt_of(rows), col);
}

static struct bytes
lite_col_bytes(const struct db_rows *rows, int col)
{
    sqlite3_stmt *stmt = stmt_of(rows);
    const void *p = sqlite3_column_type(stmt, col) == SQLITE_TEXT
        ? (const void *)sqlite3_column_text(stmt, col)
        : sqlite3_column_blob(stmt, col);

    return (struct bytes){ .p = p != NULL ? p : (const void *)"",
        .len = (size_t)sqlite3_column_bytes(stmt, col) };
}

/* Kept rows: what the commit wrote to the write-ahead log reaches the disk now. */
static enum err
sync_wal(struct op *op, struct sqlite *s)
{
    sqlite3_file *wal = NULL;

    sqlite3_file_control(s->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    if (wal == NULL || wal->pMethods == NULL) /* a database in memory */
        return ERR_OK;

    int rc = fault("sqlite.sync")
        ? SQLITE_IOERR
        : wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);

    return rc == SQLITE_OK ? ERR_OK : db_fail(op, map_code(rc), "COMMIT", "sync");
}

static enum err
lite_commit(struct op *op, struct sqlite *s)
{
    int rc =
        fault("sqlite.commit") ? SQLITE_IOERR : sqlite3_exec(s->handle, "COMMIT", NULL, NULL, NULL);

    if (rc == SQLITE_OK)
        return s->db.keep ? sync_wal(op, s) : ERR_OK;

    enum err e = check(op, s, rc, "COMMIT");

    if (!sqlite3_get_autocommit(s->handle))
        sqlite3_exec(s->handle, "ROLLBACK", NULL, NULL, NULL);
    return e;
}

/* Never in anybody's way; once the log is large and no reader holds it, it is cut as well. */
static enum err
checkpoint(struct op *op, struct sqlite *s)
{
    int frames = 0;
    int moved = 0;

    TRY(check(op, s,
        sqlite3_wal_checkpoint_v2(s->handle, "main", SQLITE_CHECKPOINT_PASSIVE, &frames, &moved),
        "checkpoint"));
    if (frames < WAL_FRAMES_MAX || moved < frames)
        return ERR_OK;

    int rc = sqlite3_wal_checkpoint_v2(s->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

    return rc == SQLITE_BUSY ? ERR_OK : check(op, s, rc, "checkpoint");
}

static enum err
lite_control(struct op *op, enum db_control what)
{
    struct sqlite *s = sqlite(op->db);

    if (what == DB_CONTROL_COMMIT)
        return lite_commit(op, s);
    if (what == DB_CONTROL_ROLLBACK && sqlite3_get_autocommit(s->handle))
        return ERR_OK; /* SQLite did it itself, after a full disk */
    if (what == DB_CONTROL_CHECKPOINT)
        return checkpoint(op, s);
    if (fault("sqlite.control"))
        return db_fail(op, ERR_IO, controls[what], "fault");
    return check(op, s, sqlite3_exec(s->handle, controls[what], NULL, NULL, NULL), controls[what]);
}

static enum err
lite_ddl(struct op *op, const char *text)
{
    struct sqlite *s = sqlite(op->db);
    const struct db_sql sql = { "ddl", DB_WRITE, text, NULL };
    sqlite3_stmt *stmt = NULL;

    TRY(prepare(op, s, &sql, 0, &stmt));

    int rc = fault("sqlite.step") ? SQLITE_IOERR : sqlite3_step(stmt);
    enum err e = check(op, s, rc, text);

    sqlite3_finalize(stmt);
    return e;
}

static enum err
lite_check(struct op *op, const struct db_sql *sql)
{
    sqlite3_stmt *stmt = NULL;

    TRY(prepare(op, sqlite(op->db), sql, 0, &stmt));
    sqlite3_finalize(stmt);
    return ERR_OK;
}

static bool
lite_is_lost(const struct db *db)
{
    (void)db;
    return false;
}

const struct db_driver db_driver_sqlite = {
    .scheme = "sqlite:",
    .kind = DB_SQLITE,
    .open = lite_open,
    .close = lite_close,
    .query = lite_query,
    .next = lite_next,
    .done = lite_done,
    .changes = lite_changes,
    .fail = lite_fail,
    .col_type = lite_col_type,
    .col_int = lite_col_int,
    .col_bytes = lite_col_bytes,
    .control = lite_control,
    .ddl = lite_ddl,
    .check = lite_check,
    .is_lost = lite_is_lost,
};
