#ifndef NUMDESK_SANDBOX_CONTROL_H
#define NUMDESK_SANDBOX_CONTROL_H

#include <stdbool.h>
struct answer;
struct request;
struct sandbox;

/*
 * The test's own door, below /_sandbox/: no credentials, not in the ledger, no faults.
 *
 *   GET    /_sandbox/ledger[?kind=arrivals|executions]      JSON array, oldest first
 *   GET    /_sandbox/owned[?account=AC...]                  [{account_sid, sid, phone_number, friendly_name}]
 *   GET    /_sandbox/credentials                            as --print-credentials
 *   POST   /_sandbox/reset                                  back to the seed; ledger and faults are emptied
 *   GET    /_sandbox/faults                                 the rules with their counts
 *   POST   /_sandbox/faults                                 a rule or an array of rules (faults.h)
 *   DELETE /_sandbox/faults
 *   GET    /_sandbox/codes                                  codes that Verify has sent: [{to, code, status}]
 *   GET    /_sandbox/calls                                  calls that verify a caller ID: [{phone_number, code, status}]
 *   POST   /_sandbox/calls                                  form: phone, keyed=yes or no: ends the call to it
 *   POST   /_sandbox/port                                   moves a port-in request (ports.h)
 */
bool control_is(const struct request *q);
void control_answer(struct sandbox *s, struct request *q, struct answer *a);    /* call under the lock */

#endif
