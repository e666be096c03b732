/* message list, service list: read from Twilio, nothing is changed or kept but the list of services. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/session.h"
#include "numdesk/core/things.h"
#include "numdesk/model/money.h"
#include "numdesk/twilio/messages.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/json.h"

enum { LIMIT = 50, LIMIT_MAX = 1000 };

struct messages { struct cli *c; struct message *v; size_t n, limit; bool done; struct err err; };

bool check_message_list(const struct args *a, struct err *e)
{
	char number[E164_SIZE];
	long long limit;

	return cli_number_word(a, number, e) && args_int(a, "--limit", 1, LIMIT_MAX, LIMIT, &limit, e);
}

static bool take(void *ctx, const struct json *row)
{
	struct messages *x = ctx;
	struct message m;

	if (message_decode(row, &m))
		message_copy(&x->v[x->n++], &m, &x->c->mem);
	return x->n < x->limit;
}

static void ended(void *ctx, bool complete, const struct err *err)
{
	struct messages *x = ctx;

	(void)complete;
	x->done = true;
	if (err)
		x->err = *err;
}

/* The newest messages with `number` at the end that `side` names ("From", "To"); of the account when it is NULL. */
static struct messages *fetch(struct cli *c, const char *side, const char *number, size_t limit, struct err *e)
{
	const struct http_param query = {side, number};
	const struct resource_list l = {.product = "api", .path = "/Messages", .key = "messages", .query = &query,
					.n_query = side != NULL, .page_size = (int)limit};
	struct messages *x = arena_alloc(&c->mem, sizeof *x);

	*x = (struct messages){.c = c, .limit = limit, .v = arena_alloc(&c->mem, limit * sizeof *x->v)};
	if (!resource_each(&c->s->client, &l, take, ended, x, e) || !cli_wait(c, &x->done, e))
		return NULL;
	if (x->err.kind == ERR_NONE)
		return x;
	*e = x->err;
	return NULL;
}

static int newest_first(const void *a, const void *b)
{
	const struct message *x = a, *y = b;

	if (x->created_at != y->created_at)
		return x->created_at < y->created_at ? 1 : -1;
	return strcmp(x->sid, y->sid);
}

static const struct out_field message_fields[] = {
	{"created_at", "WHEN", OUT_TEXT, false}, {"direction", "WAY", OUT_TEXT, false}, {"from", "FROM", OUT_TEXT, false},
	{"to", "TO", OUT_TEXT, false}, {"status", "STATUS", OUT_TEXT, false}, {"segments", "SEG", OUT_NUMBER, false},
	{"code", "CODE", OUT_NUMBER, false}, {"body", "TEXT", OUT_TEXT, false}, {"reason", "REASON", OUT_TEXT, true},
	{"sid", "SID", OUT_TEXT, true}, {"messaging_service_sid", "SERVICE", OUT_TEXT, true},
	{"price", "PRICE", OUT_TEXT, true}, {"currency", "CUR", OUT_TEXT, true},
};

static void print_message(struct out *o, const struct message *m)
{
	char created[24], segments[24] = "", code[16] = "", reason[256], price[32];

	if (m->segments >= 0)
		snprintf(segments, sizeof segments, "%" PRId64, m->segments);
	if (m->error_code)
		snprintf(code, sizeof code, "%d", m->error_code);
	out_record(o, (const char *[]){
		clock_iso(m->created_at, created, sizeof created), message_is_inbound(m) ? "in" : "out",
		m->from ? m->from : "", m->to ? m->to : "", m->status ? m->status : "", segments, code,
		m->body ? m->body : "", message_reason(m, reason, sizeof reason), m->sid, m->service_sid,
		money_decimal(m->price, price, sizeof price), m->currency,
	});
}

bool run_message_list(struct cli *c, struct err *e)
{
	struct messages *out, *in = NULL;
	char number[E164_SIZE];
	struct message *all;
	size_t n = 0;
	long long limit;
	struct out *o;

	if (!cli_number_word(c->a, number, e) || !args_int(c->a, "--limit", 1, LIMIT_MAX, LIMIT, &limit, e))
		return false;
	out = fetch(c, *number ? "From" : NULL, number, (size_t)limit, e);
	if (!out || (*number && !(in = fetch(c, "To", number, (size_t)limit, e))))
		return false;
	all = arena_alloc(&c->mem, (out->n + (in ? in->n : 0) + 1) * sizeof *all);
	for (size_t i = 0; i < out->n; i++)
		all[n++] = out->v[i];
	for (size_t i = 0; in && i < in->n; i++)
		all[n++] = in->v[i];
	qsort(all, n, sizeof *all, newest_first);
	o = out_records(c->a->format, message_fields, ARRAY_LEN(message_fields));
	for (size_t i = 0; i < n && i < (size_t)limit; i++)
		print_message(o, &all[i]);
	return out_end(o, e);
}

/* --- services ----------------------------------------------------------------------------------------------------- */

static const struct out_field service_fields[] = {
	{"name", "NAME", OUT_TEXT, false}, {"sid", "SID", OUT_TEXT, false}, {"a2p_registered", "A2P", OUT_BOOL, false},
	{"inbound", "INBOUND", OUT_TEXT, false},
};

/* Where messages to its numbers go: over a number's own URL unless the service leaves it to the number. */
static const char *inbound_of(const struct json *o)
{
	const char *url = json_text(o, "inbound_request_url");

	if (json_bool(o, "use_inbound_webhook_on_number", false))
		return "number's own";
	return url && *url ? url : "dropped";
}

static bool print_service(void *ctx, const struct thing *t)
{
	struct json *doc = json_parse(t->json, strlen(t->json), 1 << 20, NULL);

	out_record(ctx, (const char *[]){t->name, t->sid,
		   json_bool(doc, "us_app_to_person_registered", false) ? "true" : "false", inbound_of(doc)});
	json_free(doc);
	return true;
}

bool run_service_list(struct cli *c, struct err *e)
{
	struct cli_answer *x = cli_answer(c);
	struct out *o;

	things_need(c->s, THING_SERVICE, NULL, true, NULL, cli_answered, x);
	if (!cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE) {
		*e = x->err;
		return false;
	}
	o = out_records(c->a->format, service_fields, ARRAY_LEN(service_fields));
	things_each(c->s, NULL, THING_SERVICE, NULL, print_service, o);
	return out_end(o, e);
}
