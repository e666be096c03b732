/* Subaccounts: made once by name, suspended, woken and closed by SID. All of it is the parent's doing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kind.h"
#include "session_priv.h"

#include "numdesk/core/accounts.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"
#include "numdesk/util/text.h"
#include "numdesk/util/worker.h"

/* --- one of this name ------------------------------------------------------------------------------------------- */

/* An open subaccount of ours with exactly this name. The first is as good as any: a second was not made by us. */
static bool take(void *ctx, const struct json *row)
{
	struct inquiry *q = ctx;
	const char *name = kind_want_text(&q->op, "FriendlyName", &q->mem), *theirs = json_text(row, "friendly_name");
	struct account_facts f;

	if (!account_decode(row, &f)) {
		q->doubtful = true;
		return true;
	}
	if (!name || !theirs || strcmp(theirs, name) != 0 || strcmp(f.status, "closed") == 0 ||
	    text_ieq(f.account_sid, q->op.account_sid) || !text_ieq(f.owner_account_sid, q->op.account_sid))
		return true;
	if (!q->seen)
		q->found.sid = arena_dup(&q->mem, f.account_sid);
	q->seen = true;
	return true;
}

static void create_ended(void *ctx, bool complete, const struct err *err)
{
	struct inquiry *q = ctx;
	struct finding f = {.is = EVIDENCE_NOT};

	q->walk = NULL;
	if (q->seen) {          /* there is one, whatever the rest of the list would have said */
		f = (struct finding){.is = EVIDENCE_DONE, .sid = q->found.sid};
		snprintf(f.says, sizeof f.says, "subaccount '%.80s' is there (%s); made once", q->op.subject, f.sid);
	} else if (err || !complete || q->doubtful) {
		inquiry_fail(q, err);
		return;
	} else {
		snprintf(f.says, sizeof f.says, "there is no subaccount '%.80s'", q->op.subject);
	}
	inquiry_answer(q, &f);
}

static bool create_look(struct inquiry *q, struct err *e)
{
	const struct http_param query[] = {{"FriendlyName", kind_want_text(&q->op, "FriendlyName", &q->mem)}};
	const struct resource_list list = {
		.product = "api", .path = "/Accounts", .key = "accounts", .query = query, .n_query = 1, .page_size = 1000,
	};

	if (!query[0].value)
		return err_set(e, ERR_USAGE, "the name of '%s' cannot be read", q->op.subject);
	q->walk = resource_each(&q->client, &list, take, create_ended, q, e);
	return q->walk != NULL;
}

static uint32_t create_send(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			    void *ctx, struct err *e)
{
	struct arena mem = {0};
	const struct http_param form[] = {{"FriendlyName", kind_want_text(op, "FriendlyName", &mem)}};
	const struct resource_write w = {
		.method = HTTP_POST, .product = "api", .path = "/Accounts", .form = form, .n_form = 1, .expect = 201,
		.sid_prefix = "AC", .subject = op->subject,
	};
	uint32_t id = 0;

	if (form[0].value)
		id = resource_write(&s->client, &w, before, ctx, done, ctx, e);
	else
		err_set(e, ERR_USAGE, "the name of '%s' cannot be read", op->subject);
	arena_release(&mem);
	return id;
}

static bool create_accept(const struct operation *op, const struct write_reply *r, struct finding *f)
{
	const char *sid = json_text(r->doc, "sid"), *owner = json_text(r->doc, "owner_account_sid");

	f->sid = sid;
	if (owner && text_ieq(owner, op->account_sid) && !text_ieq(sid, op->account_sid))
		return true;
	snprintf(f->says, sizeof f->says, "Twilio answered with account %s of %s instead", sid, owner ? owner : "nobody");
	return false;
}

/* Its token is fetched and stored as a profile; its facts come with it. */
static void create_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	const char *sid = f->sid ? f->sid : op->result_sid;

	if (*sid)
		accounts_adopt(s, sid);
}

const struct kind kind_account_create = {
	.look = create_look, .send = create_send, .accept = create_accept, .mirror = create_mirror, .look_first = true,
	.patient = true, .already = "exists already",
};

/* --- its status --------------------------------------------------------------------------------------------------- */

static const char *wanted(const struct operation *op)
{
	return op->kind == OP_ACCOUNT_CLOSE ? "closed" : op->kind == OP_ACCOUNT_SUSPEND ? "suspended" : "active";
}

static void status_looked(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct inquiry *q = ctx;
	const struct operation *op = &q->op;
	struct account_facts facts;
	struct finding f = {.is = EVIDENCE_OTHER, .sid = op->to_account};
	struct err e = {0};

	(void)r;
	q->request = 0;
	if (err || !account_decode(doc, &facts) || !text_ieq(facts.account_sid, op->to_account) || !*facts.status) {
		err_set(&e, ERR_PROTO, "the answer about account %s is not about it", op->to_account);
		inquiry_fail(q, err ? err : &e);
		return;
	}
	if (strcmp(facts.status, wanted(op)) == 0)
		f.is = EVIDENCE_DONE;
	else if (strcmp(facts.status, "closed") != 0)
		f.is = EVIDENCE_NOT;
	snprintf(f.says, sizeof f.says, "account '%.80s' is %s", op->subject, facts.status);
	inquiry_answer(q, &f);
}

static bool status_look(struct inquiry *q, struct err *e)
{
	char path[64];

	snprintf(path, sizeof path, "/Accounts/%s", q->op.to_account);
	q->request = resource_get(&q->client, "api", path, NULL, 0, q->op.to_account, status_looked, q, e);
	return q->request != 0;
}

static uint32_t status_send(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			    void *ctx, struct err *e)
{
	char path[64];
	const struct http_param form[] = {{"Status", wanted(op)}};
	const struct resource_write w = {
		.method = HTTP_POST, .product = "api", .path = path, .form = form, .n_form = 1, .expect = 200,
		.sid_prefix = "AC", .subject = op->subject,
	};

	snprintf(path, sizeof path, "/Accounts/%s", op->to_account);
	return resource_write(&s->client, &w, before, ctx, done, ctx, e);
}

static bool status_accept(const struct operation *op, const struct write_reply *r, struct finding *f)
{
	const char *sid = json_text(r->doc, "sid"), *status = json_text(r->doc, "status");

	f->sid = op->to_account;
	if (text_ieq(sid, op->to_account) && status && strcmp(status, wanted(op)) == 0)
		return true;
	snprintf(f->says, sizeof f->says, "Twilio answered with account %s, which is %s", sid, status ? status : "nothing");
	return false;
}

struct status_task {
	struct session *s;
	struct account_facts facts;
	int64_t now;
	bool ok;
	struct err err;
};

static void status_work(void *ctx)
{
	struct status_task *t = ctx;
	struct cache *c = t->s->write_cache;

	t->ok = cache_accounts_set(c, &t->facts, 1, &t->err);
	if (t->ok && strcmp(t->facts.status, "closed") == 0)
		t->ok = cache_mark_all_gone(c, t->facts.account_sid, t->now, &t->err);
}

static void status_done(void *ctx)
{
	struct status_task *t = ctx;

	/* Twilio knows; the next list mends the copy. */
	if (!t->ok)
		session_notice(t->s, "the account's status could not be kept: %s", t->err.msg);
	session_touch(t->s);
	free(t);
}

static void status_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	struct status_task *t;
	struct account_facts facts;

	(void)f;
	if (!cache_account(s->cache, op->to_account, &facts))
		return;
	t = mem_alloc(sizeof *t);
	*t = (struct status_task){.s = s, .facts = facts, .now = session_now(s)};
	text_copy(t->facts.status, sizeof t->facts.status, wanted(op));
	worker_post(s->writer, status_work, status_done, t);
}

const struct kind kind_account_status = {
	.look = status_look, .send = status_send, .accept = status_accept, .mirror = status_mirror, .look_first = true,
	.already = "is so already",
};
