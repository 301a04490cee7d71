/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/arena.h"

/*
 * The only reader of time.  Real time (clock_real_ms, clock_mono_ms) is for TLS, sessions, tokens
 * and timeouts.  The node's time (clock_node_ms) is what entries, deadlines, numbers and periods
 * use: real time, shifted on a demo node so that it starts at the demo's date (join.md 11.10).
 * The shift is set once at start, and moved only forward.
 *
 * Thread-safe.
 */
int64_t clock_real_ms(void); /* since 1970 UTC */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
int64_t clock_node_ms(void);
void clock_shift_set(int64_t shift_ms);
int64_t clock_shift(void);

#endif
