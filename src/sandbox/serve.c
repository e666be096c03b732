#include "serve.h"

#include <stdatomic.h>
#include <string.h>

#include "answer.h"
#include "control.h"
#include "deliver.h"
#include "ledger.h"
#include "mangle.h"
#include "request.h"
#include "router.h"
#include "state.h"
#include "wait.h"

static enum MHD_Result serve_control(struct sandbox *s, struct MHD_Connection *c, struct request *q)
{
	const struct fault none = {.mode = FAULT_OK};
	enum MHD_Result rc;
	struct answer a;

	answer_init(&a);
	a.body.max = (size_t)1 << 30;           /* a ledger or the list of a million numbers has no page */
	pthread_mutex_lock(&s->lock);
	control_answer(s, q, &a);
	pthread_mutex_unlock(&s->lock);
	rc = deliver(s, c, q, &a, &none);
	answer_release(&a);
	return rc;
}

/* What the request does, unless the fault says that it does nothing, or later. */
static void work(struct sandbox *s, struct request *q, const struct fault *f, struct answer *a)
{
	if (f->mode == FAULT_LIST_LAG)
		q->list_lag_ms = f->number;
	if (f->mode == FAULT_LATE_EXEC)
		late_add(s, request_copy(q), f->number > 0 ? f->number : 0);
	if (!fault_executes(f->mode))
		return;
	pthread_mutex_lock(&s->lock);
	router_answer(s, q, a);
	pthread_mutex_unlock(&s->lock);
}

enum MHD_Result serve(struct sandbox *s, struct MHD_Connection *c, struct request *q)
{
	enum MHD_Result rc;
	struct answer a;
	struct fault f;

	request_parse_form(q);
	if (control_is(q))
		return serve_control(s, c, q);
	answer_init(&a);
	atomic_fetch_add(&s->in_flight, 1);
	pthread_mutex_lock(&s->lock);
	ledger_arrival(s, q, true);
	f = faults_take(&s->rules, q);
	pthread_mutex_unlock(&s->lock);
	if (f.mode == FAULT_DELAY)
		wait_ms(s, f.number > 0 ? f.number : 0, -1);
	work(s, q, &f, &a);
	mangle(q, &a, &f);
	if (s->config.page_delay_ms > 0 && request_is_list(q))
		wait_ms(s, s->config.page_delay_ms, -1);
	rc = deliver(s, c, q, &a, &f);
	atomic_fetch_sub(&s->in_flight, 1);
	answer_release(&a);
	return rc;
}
