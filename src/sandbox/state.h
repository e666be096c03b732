#ifndef NUMDESK_SANDBOX_STATE_H
#define NUMDESK_SANDBOX_STATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "faults.h"
#include "late.h"
#include "numdesk/model/sid.h"
#include "server.h"
struct MHD_Daemon;
struct sqlite3;

/*
 * Everything the server knows. Handlers, the ledger and the rules of faults run under `lock`; waiting and writing to
 * sockets never does. What must survive is in the database, the rest follows from it (state_load).
 */
struct sandbox {
	struct sandbox_config config;
	pthread_mutex_t lock;
	struct sqlite3 *db;
	struct MHD_Daemon *daemon;
	int stop_fd;                    /* an eventfd: readable once the server stops */
	int ledger_fd;                  /* -1 when there is no ledger file */
	int port;
	atomic_llong connections;
	atomic_int in_flight;
	struct fault_rules rules;
	struct late_queue late;
	int64_t synth_count;            /* owned numbers that follow from a formula (synth.h) */
	char synth_account[SID_SIZE];
	uint8_t *synth_gone;            /* one bit each: released, or changed and therefore a row of its own */
};

bool state_open(struct sandbox *s, struct err *e);              /* database, schema, seed unless seeded before */
void state_close(struct sandbox *s);
void state_reset(struct sandbox *s);                            /* back to the seed; rules and ledger go too */
int64_t state_now(void);                                        /* seconds UTC */
int64_t state_now_ms(void);

#endif
