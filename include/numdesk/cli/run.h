#ifndef NUMDESK_CLI_RUN_H
#define NUMDESK_CLI_RUN_H

struct args;

/* Carry out one command without a screen: open the session, unlock when the table says so, run, print, close. Returns
 * the exit status. Installs SIGINT/SIGTERM/SIGHUP handlers that finish a write in flight first (exit 130). */
int cli_run(const struct args *a);

#endif
