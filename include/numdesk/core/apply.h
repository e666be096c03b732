#ifndef NUMDESK_CORE_APPLY_H
#define NUMDESK_CORE_APPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/core/guard.h"
#include "numdesk/core/plan.h"
#include "numdesk/util/err.h"

/*
 * Carry out a plan: store and reserve, then for each operation look once more at the live number,
 * send, classify, settle, update the cache. One write in flight. A 429 becomes a new row after a back-off, at most 3
 * times. An unknown outcome goes to settle and the plan goes on; the remaining rows are cancelled when a fault says that
 * the rest would fail the same way, or when stopped.
 */
/* done also counts a release that was gone before anything was sent. first_error: of the first row that is not done. */
struct apply_summary { size_t done, rejected, unsure, cancelled, total; struct err first_error; };
/* Each change of a row's state; op lent. Runs on the loop; after a 429 the row has the new operation's id. */
typedef void apply_row_fn(void *ctx, size_t i, const struct operation *op);
typedef void apply_done_fn(void *ctx, const struct apply_summary *sum);
/*
 * Takes over *p (it is empty after). The verdict must be unblocked and `typed` must answer it: checked here again, so
 * no caller can skip it. ERR_GUARD otherwise, ERR_LOCKED, ERR_OFFLINE; then nothing was stored.
 */
bool apply_start(struct session *s, struct plan *p, const struct verdict *v, const char *typed, const char *also_typed,
		 apply_row_fn *row, apply_done_fn *done, void *ctx, struct err *e);
bool apply_running(const struct session *s);
/* Is this the operation that the plan under way is at? Then nobody else may settle it. */
bool apply_in_flight(const struct session *s, int64_t op_id);
/* Send no more: rows not sent yet are cancelled, the one in flight finishes, then done runs. To lock, switch profile or
 * leave: stop, then turn the loop until apply_running is false. Fine when nothing runs. */
void apply_stop(struct session *s);
/* At session_close, before the transport goes: forget the plan under way without settling anything; done does not run.
 * What was armed stays so in the journal, and the next start looks it up. NULL-safe when nothing runs. */
void apply_free(struct session *s);
/* Exit kind of a finished plan: ERR_NONE all done, ERR_UNSURE when any is unsure, else the only error's kind, else ERR_API. */
enum err_kind apply_kind(const struct apply_summary *sum);

#endif
