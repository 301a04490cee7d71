/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_OP_H
#define BASE_OP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/lang.h"

struct actor;
struct db;
struct node;

/* What is wrong with one field of the input: shown beside it. */
struct op_field {
    const char *field;
    const char *text;
    struct op_field *next;
};

/*
 * One unit of work: a request, a command line, an entry of a bundle.  It carries everything the
 * work may use and nothing lives longer than it does.  There are no other globals.
 *
 * The first function that knows what went wrong says so with op_fail(); those above it pass the
 * code up untouched, or add with op_note() what they were doing.  Only the edge that made the op
 * logs it or shows it.  The format is a message id (base/lang.h): the text comes out in op->lang.
 */
struct op {
    struct arena *mem;
    struct node *node; /* NULL in tools that work on files alone */
    struct db *db;     /* the connection of the thread that runs the op now */
    const struct actor *actor; /* who asked; NULL: the program itself */
    const struct lang *lang;
    int64_t now_ms; /* node time, read once, so that one op has one time */
    uint64_t id;    /* in every diag line of this op */
    enum err code;
    const char *text;  /* for the person who asked */
    const char *where; /* for the operator: file:line */
    struct op_field *fields; /* newest first */
};

/* Starts an op with a new arena, the node's time and a fresh id.  op_done() frees the arena. */
void op_init(struct op *op, const struct lang *lang);
void op_done(struct op *op);
void op_auto(struct op *op); /* AUTO(op) struct op op; */

enum err op_fail_at(struct op *op, const char *where, enum err code, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
enum err op_note(struct op *op, enum err code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Adds to op->fields and returns ERR_INVALID; collect them all, then return op_fail() once. */
enum err op_field_fail(struct op *op, const char *field, const char *fmt, ...) PRINTF_LIKE(3, 4);
void op_forget(struct op *op); /* an expected error was handled: code, text and fields are cleared */
const char *op_text(const struct op *op, const char *id); /* id in the op's language */

#define OP_STR_(x)             #x
#define OP_STR(x)              OP_STR_(x)
#define op_fail(op, code, ...) op_fail_at((op), __FILE__ ":" OP_STR(__LINE__), (code), __VA_ARGS__)

#endif
