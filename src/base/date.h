/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * Civil dates and the two clocks people read.  Days are days in Asia/Ho_Chi_Minh, UTC+7 all year,
 * no daylight saving; `day` counts days since 1970-01-01; minutes count from 1970 UTC.
 * Years 1900 to 2199; anything else does not parse.
 */
enum { DATE_LOCAL_OFFSET_MIN = 7 * 60 };

struct civil {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

struct civil date_civil(int64_t day);
int64_t date_day(struct civil c);
bool date_is_valid(struct civil c);
int date_weekday(int64_t day); /* 0 Monday .. 6 Sunday */
int64_t date_day_of_min(int64_t minutes);       /* local day of an instant */
int64_t date_min_of_day(int64_t day);           /* local midnight that begins the day */

bool date_parse(const char *s, int64_t *ret_day);       /* 2026-11-16, and d/m/yyyy as people type */
bool date_parse_min(const char *s, int64_t *ret_min);   /* "2026-11-16T08:30", "16/11/2026 08:30", local */
bool date_parse_rfc3339(const char *s, int64_t *ret_ms); /* 2026-10-31T17:00:00Z, UTC only */
char *date_format(struct arena *mem, int64_t day);      /* 2026-11-16 */
char *date_format_vi(struct arena *mem, int64_t day);   /* 16/11/2026 */
char *date_format_min(struct arena *mem, int64_t min);  /* 16/11/2026 08:30, local */
char *date_format_iso_min(struct arena *mem, int64_t min); /* 2026-11-16T08:30, local */
char *date_format_rfc3339(struct arena *mem, int64_t ms);  /* 2026-10-31T17:00:00Z */

#endif
