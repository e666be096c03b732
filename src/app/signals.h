#ifndef NUMDESK_APP_SIGNALS_H
#define NUMDESK_APP_SIGNALS_H

#include <stdbool.h>

/* Signals as bytes in a pipe that the loop waits for. */
struct signals_seen { bool winch, term, hup, tstp, cont; };
int signals_start(void);                        /* the descriptor to wait for, -1 on failure */
void signals_drain(struct signals_seen *out);
void signals_stop_here(void);                   /* stop this process as the shell's ^Z would, until SIGCONT */
/* SEGV, BUS, ABRT, FPE: put the terminal right, then die as the system would have it. */
void signals_fatal(void (*reset)(void));

#endif
