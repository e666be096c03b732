#include "control.h"

#include <string.h>

#include "answer.h"
#include "caller_ids.h"
#include "db.h"
#include "ledger.h"
#include "numdesk/util/err.h"
#include "out.h"
#include "owned.h"
#include "ports.h"
#include "request.h"
#include "seed.h"
#include "state.h"
#include "verify.h"

bool control_is(const struct request *q)
{
	return !*q->product && q->segments > 0 && strcmp(q->segment[0], "_sandbox") == 0;
}

static void get_ledger(struct sandbox *s, struct request *q, struct answer *a)
{
	ledger_json(s, param_get(&q->query, "kind"), &a->body);
}

static void add_owned(struct sandbox *s, const char *account, struct buf *out)
{
	const struct owned_filter f = {.account = account, .now_ms = INT64_MAX};
	struct owned_cursor *c = owned_list(s, &f, INT64_MAX);
	struct owned n;

	while (owned_list_next(c, &n)) {
		out_open(out, '{');
		out_member(out, "account_sid", n.text[OWNED_account_sid]);
		out_member(out, "sid", n.text[OWNED_sid]);
		out_member(out, "phone_number", n.text[OWNED_phone_number]);
		out_member(out, "friendly_name", n.text[OWNED_friendly_name]);
		out_close(out, '}');
	}
	owned_list_end(c);
}

static void get_owned(struct sandbox *s, struct request *q, struct answer *a)
{
	const char *account = param_get(&q->query, "account");
	struct sqlite3_stmt *rows = db_query(s->db, "SELECT sid FROM account WHERE ?1 IS NULL OR sid=?1 ORDER BY ord",
					     "s", account);

	out_open(&a->body, '[');
	while (db_next(rows))
		add_owned(s, db_text(rows, 0, &q->arena), &a->body);
	db_end(rows);
	out_close(&a->body, ']');
}

static void get_credentials(struct sandbox *s, struct request *q, struct answer *a)
{
	(void)q;
	seed_credentials(s, &a->body);
}

static void reset(struct sandbox *s, struct request *q, struct answer *a)
{
	(void)q;
	faults_clear(&s->rules);
	late_clear(s);
	state_reset(s);
	buf_adds(&a->body, "{}");
}

static void get_codes(struct sandbox *s, struct request *q, struct answer *a)
{
	(void)q;
	verify_codes_json(s, &a->body);
}

static void get_calls(struct sandbox *s, struct request *q, struct answer *a)
{
	(void)q;
	caller_ids_calls_json(s, &a->body);
}

static void post_calls(struct sandbox *s, struct request *q, struct answer *a)
{
	const char *phone = param_get(&q->form, "phone"), *keyed = param_get(&q->form, "keyed");

	if (caller_ids_end_call(s, phone ? phone : "", !keyed || strcmp(keyed, "no") != 0))
		caller_ids_calls_json(s, &a->body);
	else
		answer_not_found(a, q->resource);
}

static void get_faults(struct sandbox *s, struct request *q, struct answer *a)
{
	(void)q;
	faults_json(&s->rules, &a->body);
}

static void post_faults(struct sandbox *s, struct request *q, struct answer *a)
{
	struct err e = {0};

	if (faults_add(&s->rules, buf_str(&q->body), q->body.len, &e))
		faults_json(&s->rules, &a->body);
	else
		answer_error(a, 400, 20001, "%s", e.msg);
}

static void delete_faults(struct sandbox *s, struct request *q, struct answer *a)
{
	(void)q;
	faults_clear(&s->rules);
	a->status = 204;
}

static const struct { const char *method, *name; void (*handler)(struct sandbox *, struct request *, struct answer *); }
actions[] = {
	{"GET", "ledger", get_ledger}, {"GET", "owned", get_owned}, {"GET", "credentials", get_credentials},
	{"POST", "reset", reset}, {"GET", "faults", get_faults}, {"POST", "faults", post_faults},
	{"DELETE", "faults", delete_faults}, {"GET", "codes", get_codes}, {"GET", "calls", get_calls},
	{"POST", "calls", post_calls}, {"POST", "port", ports_control},
};

void control_answer(struct sandbox *s, struct request *q, struct answer *a)
{
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (q->segments == 2 && strcmp(q->segment[1], actions[i].name) == 0 &&
		    request_is(q, actions[i].method)) {
			actions[i].handler(s, q, a);
			return;
		}
	answer_not_found(a, q->resource);
}
