/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdint.h>

#include "base/attr.h"

/*
 * Messages for operators: a level, an event name from the glossary, fields; one logfmt line on
 * standard error each, with the operation's id when there is one.  Never the content of a record, a
 * key, or a person's name.  error = someone must act, warn = noteworthy and went on, info = the
 * day's story, debug.  What people did is the log, not this.
 *
 *     diag(DIAG_WARN, op->id, "peer.sync", "peer=%s behind=%u", name, behind);
 *
 * Thread-safe.
 */
enum diag_level { DIAG_ERROR, DIAG_WARN, DIAG_INFO, DIAG_DEBUG };

void diag(enum diag_level level, uint64_t op_id, const char *event, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
void diag_level_set(enum diag_level most);

#endif
