#ifndef NUMDESK_MODEL_DIALPLAN_PRIV_H
#define NUMDESK_MODEL_DIALPLAN_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/dialplan.h"

/* An area code with what orders its neighbours. */
struct npa_row {
	struct dialplan_npa npa;
	int16_t latitude, longitude;    /* tenths of a degree; both 0 when unknown */
	int16_t overlay;                /* oldest code of the same area, itself when alone */
};
const struct npa_row *dialplan_npa_row(int npa);        /* NULL when unassigned or non-geographic */
const struct npa_row *dialplan_npa_rows(size_t *n);     /* all, by number */
/* How the digits after the calling code are grouped ("3-3-4", "2 4 4"), NULL when unknown. */
const char *dialplan_groups(const char *e164, size_t *code_digits);

#endif
