#ifndef NUMDESK_APP_DEMO_H
#define NUMDESK_APP_DEMO_H

#include "numdesk/cli/args.h"

/* --demo: start the sandbox, make a throw-away home with a vault for its account, run the screen (or the command) on it,
 * stop the sandbox and remove the home. Returns the exit status. */
int demo_run(struct args *a);

#endif
