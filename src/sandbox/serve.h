#ifndef NUMDESK_SANDBOX_SERVE_H
#define NUMDESK_SANDBOX_SERVE_H

#include <microhttpd.h>
struct request;
struct sandbox;

/* One whole request: ledger, fault, work, answer. Runs on the connection's thread and may take its time. */
enum MHD_Result serve(struct sandbox *s, struct MHD_Connection *c, struct request *q);

#endif
