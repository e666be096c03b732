#ifndef NUMDESK_CORE_KIND_H
#define NUMDESK_CORE_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/operation.h"
#include "numdesk/twilio/client.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
struct look;
struct resource_walk;
struct session;

/*
 * What apply and settle have to know of each kind of operation: how it is sent, and how one finds out by looking
 * whether it has happened. One struct kind for each row of model/opkinds.def, in core/kind_<family>.c; kind.c has the
 * table. What a person may do at all is the guard's business.
 */
enum evidence {
	EVIDENCE_NONE,          /* could not look, or not whole: proves nothing */
	EVIDENCE_DONE,          /* it is as the operation wants it */
	EVIDENCE_NOT,           /* it is as it was before */
	EVIDENCE_OTHER          /* it is neither: somebody else changed it, or it never was what was thought */
};
/* What a look found; texts are lent for the call. */
struct finding {
	enum evidence is;
	const struct number *number;    /* as Twilio shows it, when the kind is about a number and it is there */
	const char *sid;                /* DONE: what came of it (PN for a purchase); NULL: nothing new */
	const char *json;               /* DONE: result_json; NULL: keep */
	char says[256];                 /* one clause about it, without advice: "+1... is yours (PN...); bought once",
					 * "released: +1... is no longer there", "Twilio shows ... instead" */
	struct err err;                 /* NONE: why */
};
typedef void finding_fn(void *ctx, const struct finding *f);

/*
 * One look under way. A kind's look starts requests with the inquiry as their context and ends with exactly one
 * inquiry_answer or inquiry_fail, also when it was cancelled meanwhile (then nobody is told).
 */
struct inquiry {
	struct session *s;
	struct operation op;            /* a copy; its texts in mem */
	struct arena mem;
	struct client client;           /* the one in use; a kind may point it at another account first */
	finding_fn *done;               /* NULL once cancelled */
	void *ctx;
	/* what it waits for; a kind sets the one that it has started, so that a cancelled look ends soon */
	struct look *look; struct resource_walk *walk; uint32_t request;
	int step, count;                /* the kind's own */
	bool doubtful, seen;
	struct finding found;           /* likewise: what was found so far */
};
/* Begin to look; done runs later, once. NULL with e when nothing could be asked. Copies op. */
struct inquiry *inquiry_start(struct session *s, const struct operation *op, finding_fn *done, void *ctx,
			      struct err *e);
void inquiry_cancel(struct inquiry *q);                 /* done does not run; NULL is fine */
void inquiry_answer(struct inquiry *q, const struct finding *f);        /* frees q */
void inquiry_fail(struct inquiry *q, const struct err *err);            /* likewise: no evidence */

struct kind {
	/* Ask Twilio whether q->op has happened. False with e: nothing was asked (q is freed by the caller). */
	bool (*look)(struct inquiry *q, struct err *e);
	/* The one request. The id, 0 with e when it could not be started. `before` must be asked before its first byte. */
	uint32_t (*send)(struct session *s, const struct operation *op, http_before_send_fn *before, write_fn *done,
			 void *ctx, struct err *e);
	/* A WRITE_DONE answer: is it about what was asked? Fills f (sid, json, number: lent by r; says: what is worth
	 * telling beside that it is done). False: it is about something else, which f->says tells: conflict. NULL: any
	 * answer will do. */
	bool (*accept)(const struct operation *op, const struct write_reply *r, struct finding *f);
	/* What has happened, into the cache; f->number and f->sid as far as they are known. NULL: nothing to keep. */
	void (*mirror)(struct session *s, const struct operation *op, const struct finding *f);
	/* Twilio says it cannot be because it is so already (WRITE_GONE of a purchase, WRITE_ALREADY of a removal, or a
	 * refusal with this code): look before believing it. 0: none. */
	int already_code;
	bool look_first;                /* look before sending: DONE sends nothing, OTHER refuses */
	bool already_is_error;          /* ... and DONE then is a refusal, not a success (a purchase of what one has) */
	bool patient;                   /* what was made may appear late: absent only after 8 looks over 2 minutes */
	const char *already;            /* "was already gone": DONE found instead of sending, or after already_code */
};
const struct kind *kind_of(enum op_kind k);             /* NULL: this version cannot carry it out */
/* Write what was found or answered into the cache. */
void kind_mirror(struct session *s, const struct operation *op, const struct finding *f);
/* The stored parameters as a document, NULL when there are none or they cannot be read; json_free it. */
struct json *kind_want(const struct operation *op);
/* A text parameter out of it, to q's or p's arena; NULL when absent. */
const char *kind_want_text(const struct operation *op, const char *name, struct arena *mem);

extern const struct kind kind_address, kind_address_remove, kind_bundle_clone;
extern const struct kind kind_buy, kind_release, kind_configure;
extern const struct kind kind_transfer;
extern const struct kind kind_account_create, kind_account_status;

#endif
