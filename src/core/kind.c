#include "kind.h"

#include <stdlib.h>
#include <string.h>

#include "look.h"

#include "numdesk/core/session.h"
#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"

enum { WANT_BYTES = 256 << 10 };

/* One row per kind of model/opkinds.def that this version can carry out. */
static const struct kind *const kinds[OP_KIND_COUNT] = {
	[OP_BUY] = &kind_buy, [OP_RELEASE] = &kind_release, [OP_CONFIGURE] = &kind_configure,
	[OP_ADDRESS] = &kind_address, [OP_ADDRESS_REMOVE] = &kind_address_remove, [OP_BUNDLE_CLONE] = &kind_bundle_clone,
	[OP_TRANSFER] = &kind_transfer,
	[OP_ACCOUNT_CREATE] = &kind_account_create, [OP_ACCOUNT_SUSPEND] = &kind_account_status,
	[OP_ACCOUNT_ACTIVATE] = &kind_account_status, [OP_ACCOUNT_CLOSE] = &kind_account_status,
};

const struct kind *kind_of(enum op_kind k)
{
	return (unsigned)k < OP_KIND_COUNT ? kinds[k] : NULL;
}

void kind_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	const struct kind *k = kind_of(op->kind);

	if (k && k->mirror)
		k->mirror(s, op, f);
}

struct json *kind_want(const struct operation *op)
{
	return op->want_json ? json_parse(op->want_json, strlen(op->want_json), WANT_BYTES, NULL) : NULL;
}

const char *kind_want_text(const struct operation *op, const char *name, struct arena *mem)
{
	struct json *want = kind_want(op);
	const char *text = want ? json_text(want, name) : NULL;
	const char *copy = text ? arena_dup(mem, text) : NULL;

	json_free(want);
	return copy;
}

/* --- looks ------------------------------------------------------------------------------------------------------ */

static void inquiry_free(struct inquiry *q)
{
	arena_release(&q->mem);
	free(q);
}

struct inquiry *inquiry_start(struct session *s, const struct operation *op, finding_fn *done, void *ctx,
			      struct err *e)
{
	const struct kind *k = kind_of(op->kind);
	struct inquiry *q;
	struct err why = {0};

	if (!k) {
		err_set(e, ERR_USAGE, "'%s' cannot be looked up by this version", op_kind_name(op->kind));
		return NULL;
	}
	q = mem_alloc(sizeof *q);
	*q = (struct inquiry){.s = s, .op = *op, .client = s->client, .done = done, .ctx = ctx};
	q->op.before_json = arena_dup(&q->mem, op->before_json);
	q->op.want_json = arena_dup(&q->mem, op->want_json);
	q->op.result_json = arena_dup(&q->mem, op->result_json);
	q->op.message = q->op.owner = NULL;
	if (k->look(q, &why))
		return q;
	inquiry_free(q);
	if (why.kind == ERR_NONE)
		err_set(&why, ERR_NET, "the request could not be started");
	if (e)
		*e = why;
	return NULL;
}

void inquiry_cancel(struct inquiry *q)
{
	if (!q)
		return;
	q->done = NULL;
	look_cancel(q->look);
	resource_stop(q->walk, true);
	if (q->look || q->walk)         /* neither calls back any more */
		inquiry_free(q);
	else if (q->request)            /* calls back once, to say that it was cancelled */
		client_cancel(&q->client, q->request);
}

void inquiry_answer(struct inquiry *q, const struct finding *f)
{
	finding_fn *done = q->done;

	q->done = NULL;
	if (done)
		done(q->ctx, f);
	inquiry_free(q);
}

void inquiry_fail(struct inquiry *q, const struct err *err)
{
	struct finding f = {.is = EVIDENCE_NONE};

	if (err && err->kind != ERR_NONE)
		f.err = *err;
	else
		err_set(&f.err, ERR_PROTO, "the answer proves nothing");
	inquiry_answer(q, &f);
}
