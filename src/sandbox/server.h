#ifndef NUMDESK_SANDBOX_SERVER_H
#define NUMDESK_SANDBOX_SERVER_H

#include <stdbool.h>
#include <stdint.h>
struct err;

/* Zeroed is a valid configuration: a free port, everything in memory, the seed "basic". Texts are borrowed for the
 * server's life. */
struct sandbox_config {
	int port;                       /* 0: any */
	const char *db_path;            /* NULL: in memory */
	const char *seed;               /* "demo", "basic" (NULL), "empty" */
	int64_t numbers;                /* synthetic numbers owned by the seed's first account */
	const char *ledger_path;        /* NULL: kept in the database only */
	const char *scenario_path;      /* JSON array of fault rules, NULL for none */
	int call_seconds;               /* caller_ids.h; 0: calls are ended by the control door alone */
	int message_step_ms;            /* outbox.h; 0: 700 */
	int page_delay_ms;              /* each page of a list takes that much longer */
};

/* A server on 127.0.0.1 with threads of its own. ERR_USAGE, ERR_CONFIG (scenario), ERR_IO. */
struct sandbox;
struct sandbox *sandbox_start(const struct sandbox_config *config, struct err *e);
int sandbox_port(const struct sandbox *s);
void sandbox_stop(struct sandbox *s);                           /* wakes what sleeps, joins all threads; NULL is fine */

#endif
