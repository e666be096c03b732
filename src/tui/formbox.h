#ifndef NUMDESK_TUI_FORMBOX_H
#define NUMDESK_TUI_FORMBOX_H

#include "numdesk/tui/widget.h"

/* The list of a field to pick. */
void formbox_list_open(struct formbox *f, bool entered);
/* A key while it is open; true when a value was taken. */
bool formbox_list_key(struct formbox *f, uint32_t key);
/* A key on the field while it is closed; true when it meant something. */
bool formbox_pick_key(struct formbox *f, uint32_t key);

#endif
