/* The settings of an owned number: one POST of absolute values, settled by comparing what Twilio shows with what is wanted
 * and with what was there before. */
#include <stdio.h>
#include <string.h>

#include "kind.h"
#include "look.h"
#include "mirror.h"

#include "numdesk/core/configure.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/mem.h"

/* Which of the settings that the change is about are as wanted, and which as before? */
struct comparison { size_t wanted, before, neither; enum column_id odd; };

static struct comparison compare(const struct configure_state *s, const struct number *live)
{
	struct comparison k = {.odd = COLUMN_COUNT};
	enum column_id differ[SETTING_MAX];
	const size_t n = setting_diff(&s->before, &s->after, differ);

	for (size_t i = 0; i < n; i++) {
		const char *now = setting_value(differ[i], live);

		if (setting_same(differ[i], now, setting_value(differ[i], &s->after))) {
			k.wanted++;
		} else if (setting_same(differ[i], now, setting_value(differ[i], &s->before))) {
			k.before++;
		} else {
			k.neither++;
			k.odd = differ[i];
		}
	}
	return k;
}

static const char *or_nothing(const char *s)
{
	return *s ? s : "nothing";
}

/* Three ways: what is, what was, what is wanted. */
static void say_other(const struct configure_state *s, const struct number *live, enum column_id c, struct finding *f)
{
	char word[40];

	f->is = EVIDENCE_OTHER;
	snprintf(f->says, sizeof f->says, "%s of %s is '%.50s' now; it was '%.50s', and '%.50s' is wanted: somebody else changed it",
		 setting_word(c, word, sizeof word), live->phone_number, or_nothing(setting_value(c, live)),
		 or_nothing(setting_value(c, &s->before)), or_nothing(setting_value(c, &s->after)));
}

static void judge(const struct operation *op, const struct number *live, struct finding *f)
{
	struct arena mem = {0};
	struct configure_state s;
	struct comparison k;

	if (strcmp(live->phone_sid, op->phone_sid) != 0 || strcmp(live->phone_number, op->phone_number) != 0 ||
	    strcmp(live->account_sid, op->account_sid) != 0) {
		f->is = EVIDENCE_OTHER;
		snprintf(f->says, sizeof f->says, "Twilio shows %s of account %s as %s, not %s", live->phone_number,
			 live->account_sid, op->phone_sid, op->phone_number);
	} else if (!configure_read(op, &s, &mem, &f->err)) {
		f->is = EVIDENCE_NONE;
	} else {
		k = compare(&s, live);
		f->number = live;
		if (k.neither) {
			say_other(&s, live, k.odd, f);
		} else if (k.before) {          /* also when a part is as wanted: the values are absolute */
			f->is = EVIDENCE_NOT;
			snprintf(f->says, sizeof f->says, "%s is as it was before", op->phone_number);
		} else {
			f->is = EVIDENCE_DONE;
			f->sid = live->phone_sid;
			snprintf(f->says, sizeof f->says, "configured: %s is as wanted", op->phone_number);
		}
	}
	arena_release(&mem);
}

static void configure_looked(void *ctx, const struct look_result *r)
{
	struct inquiry *q = ctx;
	struct finding f = {.is = EVIDENCE_OTHER};

	if (r->answer == LOOK_NO_EVIDENCE) {
		inquiry_fail(q, &r->err);
		return;
	}
	if (r->answer == LOOK_NOT_THERE)
		snprintf(f.says, sizeof f.says, "%s is no longer a number of this account", q->op.phone_number);
	else
		judge(&q->op, r->number, &f);
	if (f.is == EVIDENCE_NONE)
		inquiry_fail(q, &f.err);
	else
		inquiry_answer(q, &f);
}

static bool configure_look(struct inquiry *q, struct err *e)
{
	q->look = look_sid(q->s, q->op.phone_sid, q->op.phone_number, configure_looked, q, e);
	return q->look != NULL;
}

static uint32_t configure_send(struct session *s, const struct operation *op, http_before_send_fn *before,
			       write_fn *done, void *ctx, struct err *e)
{
	struct http_param form[SETTING_MAX];
	struct arena mem = {0};
	struct configure_state c;
	uint32_t id = 0;

	if (configure_read(op, &c, &mem, e)) {
		for (size_t i = 0; i < c.changes.n; i++)
			form[i] = (struct http_param){columns[c.changes.v[i].column].form, c.changes.v[i].value};
		id = numbers_update(&s->client, op->phone_sid, op->phone_number, form, c.changes.n, before, done, ctx, e);
	}
	arena_release(&mem);
	return id;
}

/* An unknown parameter is ignored in silence, so the answer is compared with what was asked. */
static bool configure_accept(const struct operation *op, const struct write_reply *r, struct finding *f)
{
	struct arena mem = {0};
	struct configure_state s;
	char word[40];

	f->number = r->number;
	f->sid = r->number->phone_sid;
	if (configure_read(op, &s, &mem, NULL))
		for (size_t i = 0; i < s.changes.n && !*f->says; i++) {
			const enum column_id c = s.changes.v[i].column;

			if (!setting_same(c, setting_value(c, r->number), s.changes.v[i].value))
				snprintf(f->says, sizeof f->says, "configured, but Twilio shows %s as '%.80s'",
					 setting_word(c, word, sizeof word), or_nothing(setting_value(c, r->number)));
		}
	arena_release(&mem);
	return true;
}

static void configure_mirror(struct session *s, const struct operation *op, const struct finding *f)
{
	(void)op;
	if (f->number)
		mirror_put(s, f->number, NULL);
}

const struct kind kind_configure = {
	.look = configure_look, .send = configure_send, .accept = configure_accept, .mirror = configure_mirror,
	.look_first = true, .already = "is so already",
};
