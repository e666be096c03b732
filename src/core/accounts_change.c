/* Creating, suspending, activating, closing: the plans, and what is looked up before the question. */
#include "numdesk/core/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { JSON_MAX = 4096, PAGE_ROWS = 1000 };

bool account_name_valid(const char *name, struct err *e)
{
	const size_t n = strlen(name);
	size_t chars = 0;

	for (const char *p = name; *p; p++)
		chars += (*p & 0xC0) != 0x80;
	if (n == 0 || strspn(name, " \t") == n)
		return err_set(e, ERR_USAGE, "the account has no name: give it one");
	if (chars > ACCOUNT_NAME_CHARS)
		return err_set(e, ERR_USAGE, "account name '%.40s...' is too long: use at most %d characters", name,
			       ACCOUNT_NAME_CHARS);
	return (text_is_utf8(name, n) && text_is_clean(name, n)) ||
	       err_set(e, ERR_USAGE, "account name '%.60s' has characters that cannot be shown", name);
}

/* --- plans ---------------------------------------------------------------------------------------------------------- */

static const char *keep(struct plan *p, struct buf *b)
{
	const char *text = arena_dup(&p->mem, buf_str(b));

	buf_release(b);
	return text;
}

static const char *one_param(struct plan *p, const char *name, const char *value)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, JSON_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, name);
	json_w_text(&w, value);
	json_w_end(&w);
	return keep(p, &b);
}

void plan_add_account_create(struct plan *p, struct session *s, const char *name)
{
	struct operation *op = plan_add(p, s, OP_ACCOUNT_CREATE);

	op_set_subject(op, name);
	op->price_micros = 0;
	op->want_json = one_param(p, "FriendlyName", name);
}

static const char *weight_json(struct plan *p, const struct account_row *row, const struct account_weight *w)
{
	struct json_writer j;
	struct buf b;

	buf_init(&b, JSON_MAX);
	json_w_init(&j, &b);
	json_w_object(&j);
	json_w_key(&j, "friendly_name");
	json_w_text(&j, row->facts.name);
	json_w_key(&j, "status");
	json_w_text(&j, row->facts.status);
	if (w && w->numbers >= 0) {
		json_w_key(&j, "numbers");
		json_w_i64(&j, w->numbers);
		json_w_key(&j, "live");
		json_w_bool(&j, w->live);
		json_w_key(&j, "locked");
		json_w_i64(&j, (int64_t)w->locked);
	}
	if (w && *w->primary) {
		json_w_key(&j, "primary");
		json_w_text(&j, w->primary);
	}
	json_w_end(&j);
	return keep(p, &b);
}

/* Typed and claimed is the name; where that is not one account's alone, the SID. */
static const char *subject_of(struct session *s, const struct account_row *row)
{
	const char *subject = *row->facts.name ? row->facts.name : row->facts.account_sid;
	size_t n, same = 0;
	struct account_row *rows = accounts_list(s, &n);

	for (size_t i = 0; i < n; i++)
		same += strcmp(rows[i].facts.name, row->facts.name) == 0 &&
			!text_ieq(rows[i].facts.account_sid, row->facts.account_sid);
	free(rows);
	return same || *subject == '+' ? row->facts.account_sid : subject;
}

void plan_add_account_status(struct plan *p, struct session *s, enum op_kind kind, const struct account_row *row,
			     const struct account_weight *weight)
{
	const char *status = kind == OP_ACCOUNT_CLOSE ? "closed" : kind == OP_ACCOUNT_SUSPEND ? "suspended" : "active";
	struct operation *op = plan_add(p, s, kind);

	op_set_subject(op, subject_of(s, row));
	text_copy(op->to_account, sizeof op->to_account, row->facts.account_sid);
	op->price_micros = 0;
	op->want_json = one_param(p, "Status", status);
	op->before_json = weight_json(p, row, weight);
}

/* --- what hangs on one ---------------------------------------------------------------------------------------------- */

struct weighing {
	struct session *s;
	char account_sid[SID_SIZE];
	struct resource_walk *walk;
	uint32_t job;
	struct account_weight w;
	char primary[E164_SIZE];
	account_weight_fn *done;
	void *ctx;
};

static void weighed(struct weighing *x)
{
	jobs_end(x->s->jobs, x->job);
	x->done(x->ctx, &x->w);
	free(x);
}

static void count(struct weighing *x, const char *number)
{
	x->w.numbers++;
	x->w.locked += ledger_is_locked(x->s->ledger, x->account_sid, number);
	if (*x->primary && strcmp(x->primary, number) == 0)
		text_copy(x->w.primary, sizeof x->w.primary, number);
}

static bool take_row(void *ctx, const struct json *row)
{
	const char *number = json_text(row, "phone_number");

	count(ctx, number ? number : "");
	return true;
}

static bool count_meta(void *ctx, const struct number_meta *m)
{
	struct weighing *x = ctx;
	struct arena mem = {0};
	struct number n;

	if ((m->is_locked || m->is_primary) &&
	    cache_find(x->s->cache, x->account_sid, m->phone_number, &n, NULL, &mem, NULL) && !n.is_gone) {
		x->w.locked += m->is_locked;
		if (m->is_primary)
			text_copy(x->w.primary, sizeof x->w.primary, m->phone_number);
	}
	arena_release(&mem);
	return true;
}

/* The copy will do to tell what is known; that it is a copy is told too. */
static void count_cached(struct weighing *x)
{
	struct cache_summary sum;
	struct account_facts f;

	x->w = (struct account_weight){.numbers = -1};
	if (cache_account(x->s->cache, x->account_sid, &f) && f.synced_at &&
	    cache_summary(x->s->cache, x->account_sid, &sum, NULL))
		x->w.numbers = sum.numbers;
	(void)ledger_meta_each(x->s->ledger, x->account_sid, count_meta, x, NULL);
}

static void end(void *ctx, bool complete, const struct err *err)
{
	struct weighing *x = ctx;

	x->walk = NULL;
	x->w.live = complete && !err;
	if (!x->w.live)
		count_cached(x);
	weighed(x);
}

static void stop(void *ctx)
{
	resource_stop(((struct weighing *)ctx)->walk, false);
}

void account_weigh(struct session *s, const struct account_facts *f, account_weight_fn *done, void *ctx)
{
	const struct resource_list list = {
		.product = "api", .path = "/IncomingPhoneNumbers", .key = "incoming_phone_numbers", .page_size = PAGE_ROWS,
	};
	struct weighing *x = mem_alloc(sizeof *x);
	struct client client;

	*x = (struct weighing){.s = s, .done = done, .ctx = ctx};
	memcpy(x->account_sid, f->account_sid, sizeof x->account_sid);
	if (!ledger_primary(s->ledger, x->account_sid, x->primary))
		x->primary[0] = '\0';
	x->job = jobs_begin(s->jobs, "counting its numbers", stop, x);
	if (session_client_for(s, x->account_sid, CLIENT_OWN, &client, NULL) ||
	    session_client_for(s, x->account_sid, CLIENT_PARENT, &client, NULL))
		x->walk = resource_each(&client, &list, take_row, end, x, NULL);
	if (x->walk)
		return;
	count_cached(x);
	weighed(x);
}
