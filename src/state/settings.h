/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef STATE_SETTINGS_H
#define STATE_SETTINGS_H

#include "base/bytes.h"

struct op;

/*
 * phoihop.conf: what a person sets for this node, `key = value` lines; # begins a comment line.
 *
 * settings.def is the one table: the file's parser, the sample file, `phoihop doc` and the members
 * of struct settings come from it.  An error names the file and the line.
 *
 * Read once at start; never changed while the node runs.
 */
enum settings_kind {
    SETTINGS_TEXT,
    SETTINGS_INT,
    SETTINGS_BOOL,   /* yes, no */
    SETTINGS_LISTEN, /* host:port, [ipv6]:port */
    SETTINGS_CHOICE  /* one of the words in `choices` */
};

struct settings {
#define SETTINGS_TYPE_TEXT                                          const char *
#define SETTINGS_TYPE_INT                                           int64_t
#define SETTINGS_TYPE_BOOL                                          bool
#define SETTINGS_TYPE_LISTEN                                        const char *
#define SETTINGS_TYPE_CHOICE                                        const char *
#define SETTING(name, kind, initial, min, max, choices, unit, text) SETTINGS_TYPE_##kind name;
#include "state/settings.def"
};

struct settings_row {
    const char *name;
    enum settings_kind kind;
    const char *initial; /* as it would stand in the file */
    int64_t min;         /* SETTINGS_INT */
    int64_t max;
    const char *choices; /* SETTINGS_CHOICE: "error|warn|info|debug" */
    const char *unit;    /* NULL: none */
    const char *text;    /* a message id: what it does */
    size_t offset;
};

extern const struct settings_row settings_rows[];
extern const size_t settings_row_count;

enum { SETTINGS_FILE_MAX = 64 * 1024, SETTINGS_VALUE_MAX = 1000 };

/* Into op->mem.  Without a file at `path` all have their initial value. */
NODISCARD enum err settings_load(
    struct op *op, const char *path, const struct settings **ret_settings);
/* `name` is what errors call it. */
NODISCARD enum err settings_parse(
    struct op *op, const char *name, struct bytes text, const struct settings **ret_settings);
/* A commented file with every setting at its initial value, in op->lang. */
char *settings_sample(struct op *op);
/* One setting's value as it would stand in the file. */
char *settings_format(
    struct arena *mem, const struct settings *settings, const struct settings_row *row);

/* "127.0.0.1:8480" into its parts; false: it is none. */
bool settings_listen_split(
    struct arena *mem, const char *listen, const char **ret_host, unsigned *ret_port);

#endif
