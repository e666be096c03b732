#ifndef NUMDESK_APP_DEMO_H
#define NUMDESK_APP_DEMO_H

#include "numdesk/cli/args.h"

/* Nothing in the demo is secret; it is told where it is asked for, so that locking and unlocking can be tried. */
#define DEMO_PASSPHRASE "demo demo"

/* --demo: start the sandbox, make a throw-away home with a vault for its account, run the screen (or the command) on it,
 * stop the sandbox and remove the home. Returns the exit status. */
int demo_run(struct args *a);

#endif
