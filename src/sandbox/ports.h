#ifndef NUMDESK_SANDBOX_PORTS_H
#define NUMDESK_SANDBOX_PORTS_H

#include <stdbool.h>
#include <stdint.h>
struct answer;
struct buf;
struct principal;
struct request;
struct sandbox;

/*
 * Port-in requests of numbers.twilio.com. They stay as they are until /_sandbox/port moves them; in the demo those made
 * by a client move by themselves: waiting for the signature after 20 s, at work after a minute, with a port date after
 * two, and after three the numbers are owned.
 *
 * Spellings differ between answers on purpose, as they do in Twilio's documents: "waiting_for_signature" when a request
 * or a number is fetched, "Waiting for Signature" in the list, "In Review" for the numbers of a request.
 */
void ports_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void ports_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void ports_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void ports_cancel(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void port_number_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void port_number_cancel(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

/*
 * POST /_sandbox/port with {sid, status, suggested_action, phone_number, number_status, port_date, rejection_reason,
 * rejection_reason_code}: what is absent stays; number_status and what follows concern phone_number, or all numbers
 * without one. "completed" as a number_status makes the account own it.
 */
void ports_control(struct sandbox *s, struct request *q, struct answer *a);

/* A request of the demo, some time ago. Numbers end with NULL. */
struct seed_port {
	const char *account, *name;
	int age_days;
	const char *status, *suggested_action, *customer;
	const char *numbers[8];
	const char *number_status, *rejection_reason, *rejection_code;
	int port_date_days;             /* from now; 0: none */
};
void seed_port(struct sandbox *s, const struct seed_port *p);

#endif
