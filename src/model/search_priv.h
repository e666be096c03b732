#ifndef NUMDESK_MODEL_SEARCH_PRIV_H
#define NUMDESK_MODEL_SEARCH_PRIV_H

#include "numdesk/model/search.h"

/* Area codes, regions and the like mean something only in the US and Canada. */
bool search_is_nanp(const struct search *s);

#endif
