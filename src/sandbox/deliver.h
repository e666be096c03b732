#ifndef NUMDESK_SANDBOX_DELIVER_H
#define NUMDESK_SANDBOX_DELIVER_H

#include <microhttpd.h>

#include "faults.h"
struct answer;
struct request;
struct sandbox;

/* Send the answer as the fault wants it sent, or not at all. Takes the answer's body. MHD_NO closes the connection. */
enum MHD_Result deliver(struct sandbox *s, struct MHD_Connection *c, struct request *q, struct answer *a,
			const struct fault *f);

#endif
