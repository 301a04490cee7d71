/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_PAY_STATE_H
#define LEDGER_PAY_STATE_H

/*
 * Where the payload of an entry is, as seen from one node.  The numbers are bytes on disk (.pof)
 * and on the wire (packages); docs/format/wire.md 2.  PAY_REFUSED is local: it travels as
 * PAY_MISSING.
 */
enum pay_state {
    PAY_NONE = 0,     /* the header has no payload */
    PAY_HELD = 1,     /* here, with its salt */
    PAY_ERASED = 2,   /* by order or by class; the salt is gone */
    PAY_NOT_OURS = 3, /* not addressed to whom it was asked for */
    PAY_LARGE = 4,    /* over 64 KiB: fetched by itself */
    PAY_MISSING = 5,  /* ours, not here yet */
    PAY_REFUSED = 6,  /* came and should not have; the salt is gone */
};

#endif
