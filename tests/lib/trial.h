#ifndef NUMDESK_TESTS_TRIAL_H
#define NUMDESK_TESTS_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "numdesk.h"
#include "sandbox.h"
#include "tracer.h"

#include "numdesk/model/phone.h"
struct json;

/*
 * One wish, interrupted, and what became of it. A home copied from a template, a sandbox back at its seed, a person who
 * starts the program again and insists on the wish as far as the program lets him, and a judge who believes the
 * sandbox's ledger and not the program.
 */
enum trial_kind { TRIAL_BUY, TRIAL_RELEASE };

/* TRIAL_BREACH(id, text) */
#define TRIAL_BREACHES(X) \
	X(DOUBLE, "the wish was carried out more than once") \
	X(FORGOTTEN, "carried out, and the journal neither says so nor holds it open") \
	X(UNSETTLED, "carried out and there to be seen, and still not settled as done") \
	X(INVENTED, "the journal says done and it was not") \
	X(SHOWN, "shown as owned and not owned") \
	X(HIDDEN, "owned and not shown after a sync") \
	X(UNMARKED, "more writes arrived than the journal has marked as sent") \
	X(SHARED, "a write travelled on a connection with something else") \
	X(BROKEN, "the program did not come to a proper end")
enum trial_breach {
#define X(id, text) TRIAL_##id,
	TRIAL_BREACHES(X)
#undef X
	TRIAL_BREACH_COUNT
};
extern const char *const trial_breach_says[TRIAL_BREACH_COUNT];

/* How the sandbox answers the first write. */
enum trial_mode { TRIAL_OK, TRIAL_RESET, TRIAL_5XX, TRIAL_5XX_NO_EXEC, TRIAL_LATE, TRIAL_LAG, TRIAL_MODE_COUNT };
extern const char *const trial_mode_name[TRIAL_MODE_COUNT];

struct trial {
	struct numdesk n;               /* sandbox and home are this trial's own */
	const char *template;
	char offers[2][E164_SIZE];      /* for sale at the seed */
	char owned[E164_SIZE];          /* the account's at the seed */
	enum trial_kind kind;
	enum trial_mode mode;
	bool insists_on_first;          /* asks for the first number again before the next one */
	unsigned breaches;              /* bits 1 << enum trial_breach */
	char evidence[2000];            /* what was seen, for a person */
};
/*
 * The template: a vault with one profile, a cache, nothing done. Fails the test when it cannot be made. Give the result
 * to trial_init of each process that runs trials.
 */
void trial_template(struct trial *t, const char *program, const char *sandbox_program);
/* Another trial like the template's, with a sandbox of its own. */
void trial_init(struct trial *t, const struct trial *from, const char *sandbox_program);
void trial_release(struct trial *t);

/* A fresh home and world; the sandbox is told what to do with the first write. */
void trial_begin(struct trial *t, enum trial_kind kind, enum trial_mode mode);
/* The words that carry out the wish. Borrowed until the next call. */
const char *const *trial_words(struct trial *t);
/* Run words under the tracer, in this home. Returns the exit status, 128 + signal. */
int trial_run(struct trial *t, const char *const *words, trace_fn *fn, void *ctx);
/* The last run's output as JSON, NULL when it is none. Free with json_free. */
struct json *trial_output(const struct trial *t);
/* After an interruption: start again, insist, and judge. Returns breaches. */
unsigned trial_judge(struct trial *t, bool thorough);

#endif
