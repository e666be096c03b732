#include <string.h>

#include "cache_priv.h"
#include "numdesk/model/period.h"
#include "numdesk/model/usage.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * A parsed query as a WHERE clause. query_match is the meaning; every rule here is one of its, and test_cache_query
 * compares the two on random rows. Case folding is ours in both, through the SQL functions nd_has and nd_is.
 */

enum { DAY = 86400 };

static const char *argument(sqlite3_value *v)
{
	const char *s = (const char *)sqlite3_value_text(v);

	return s ? s : "";
}

/* nd_has(text, folded): text_contains_folded */
static void sql_has(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(ctx, text_contains_folded(argument(v[0]), argument(v[1])));
}

/* nd_is(text, folded): equal when folded */
static void sql_is(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char folded[512];

	(void)n;
	text_fold(folded, sizeof folded, argument(v[0]));
	sqlite3_result_int(ctx, strcmp(folded, argument(v[1])) == 0);
}

/* nd_renews(purchased_at): when it is paid for again, by the connection's clock */
static void sql_renews(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const struct cache *c = sqlite3_user_data(ctx);

	(void)n;
	sqlite3_result_int64(ctx, period_renewal(sqlite3_value_int64(v[0]), c->clock->wall_ms(c->clock) / 1000));
}

bool query_functions(struct cache *c, struct err *e)
{
	struct db *d = &c->db;
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	if (sqlite3_create_function_v2(d->h, "nd_has", 2, flags, NULL, sql_has, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function_v2(d->h, "nd_is", 2, flags, NULL, sql_is, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function_v2(d->h, "nd_renews", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, c, sql_renews, NULL, NULL,
				       NULL) != SQLITE_OK)
		return db_error(d, e);
	return usage_functions(d, e);
}

int bindings_text(struct bindings *bind, const char *s)
{
	bind->v[bind->n].text = s;
	return ++bind->n;
}

int bindings_int(struct bindings *bind, int64_t v)
{
	bind->v[bind->n].text = NULL;
	bind->v[bind->n].value = v;
	return ++bind->n;
}

void bindings_apply(const struct bindings *bind, sqlite3_stmt *q)
{
	for (int i = 0; i < bind->n; i++)
		if (bind->v[i].text)
			db_bind_text(q, i + 1, bind->v[i].text);
		else
			db_bind_int(q, i + 1, bind->v[i].value);
}

void query_needs(struct bindings *bind, enum column_id c)
{
	bind->price = bind->price || columns[c].source == SOURCE_PRICE;
	bind->meta = bind->meta || columns[c].source == SOURCE_LOCAL;
	bind->usage = bind->usage || columns[c].source == SOURCE_USAGE;
	bind->account = bind->account || bind->usage || c == COL_SEEN_AT || columns[c].source == SOURCE_ACCOUNT;
}

static void add_column(struct buf *b, enum column_id c, struct bindings *bind)
{
	query_needs(bind, c);
	cache_column_sql(b, c);
}

static void add_call(struct buf *b, const char *function, enum column_id c, const char *text, struct bindings *bind)
{
	buf_addf(b, "%s(", function);
	add_column(b, c, bind);
	buf_addf(b, ",?%d)", bindings_text(bind, text));
}

static void add_anywhere(struct buf *b, const struct query_term *t, struct bindings *bind)
{
	if (*t->digits)
		buf_addf(b, "instr(n.phone_number,?%d)>0 OR ", bindings_text(bind, t->digits));
	add_call(b, "nd_has", COL_FRIENDLY_NAME, t->text, bind);
}

/* A date names its whole day; a time that is not set (0) or a price that is not known (null) holds for nothing. */
static void add_compared(struct buf *b, const struct query_term *t, struct bindings *bind)
{
	const enum column_type type = columns[t->column].type;
	const bool day = type == COLTYPE_TIME;
	const int first = bindings_int(bind, type == COLTYPE_BOOL ? t->value != 0 : t->value);
	const int last = day ? bindings_int(bind, t->value + DAY - 1) : first;

	if (day) {
		add_column(b, t->column, bind);
		buf_adds(b, "<>0 AND ");
	}
	if (type == COLTYPE_BOOL) {
		buf_adds(b, "coalesce(");
		add_column(b, t->column, bind);
		buf_addf(b, ",0)=?%d", first);
		return;
	}
	add_column(b, t->column, bind);
	switch (t->op) {
	case QUERY_LT:
		buf_addf(b, "<?%d", first);
		break;
	case QUERY_LE:
		buf_addf(b, "<=?%d", last);
		break;
	case QUERY_GT:
		buf_addf(b, ">?%d", last);
		break;
	case QUERY_GE:
		buf_addf(b, ">=?%d", first);
		break;
	default:
		buf_addf(b, " BETWEEN ?%d AND ?%d", first, last);
	}
}

static void add_activity(struct buf *b, enum activity a, struct bindings *bind)
{
	add_column(b, COL_ACTIVITY, bind);
	buf_addf(b, "=?%d", bindings_text(bind, activity_name(a)));
}

static void add_is(struct buf *b, const struct query_term *t, int64_t stale_before, struct bindings *bind)
{
	switch (t->is) {
	case QUERY_IS_PRIMARY:
		add_column(b, COL_IS_PRIMARY, bind);
		break;
	case QUERY_IS_LOCKED:
		add_column(b, COL_IS_LOCKED, bind);
		break;
	case QUERY_IS_STALE:
		add_column(b, COL_SEEN_AT, bind);
		buf_addf(b, "<?%d", bindings_int(bind, stale_before));
		break;
	case QUERY_IS_GONE:
		add_column(b, COL_IS_GONE, bind);
		break;
	case QUERY_IS_INCOMPLETE:
		add_column(b, COL_INCOMPLETE, bind);
		break;
	case QUERY_IS_IDLE:
		add_activity(b, ACTIVITY_IDLE, bind);
		break;
	case QUERY_IS_INBOUND:
		add_activity(b, ACTIVITY_INBOUND, bind);
		break;
	case QUERY_IS_TRICKLE:
		add_activity(b, ACTIVITY_TRICKLE, bind);
		break;
	case QUERY_IS_ACTIVE:
		add_activity(b, ACTIVITY_ACTIVE, bind);
		break;
	}
}

static void add_term(struct buf *b, const struct query_term *t, int64_t stale_before, struct bindings *bind)
{
	switch (t->op) {
	case QUERY_ANYWHERE:
		add_anywhere(b, t, bind);
		break;
	case QUERY_CONTAINS:
		add_call(b, "nd_has", t->column, t->text, bind);
		break;
	case QUERY_EQUALS:
		add_call(b, "nd_is", t->column, t->text, bind);
		break;
	case QUERY_WORD:
		buf_adds(b, "instr(' '||");
		add_column(b, t->column, bind);
		buf_addf(b, "||' ',' '||?%d||' ')>0", bindings_text(bind, t->text));
		break;
	case QUERY_LT:
	case QUERY_LE:
	case QUERY_GT:
	case QUERY_GE:
	case QUERY_EQ:
		add_compared(b, t, bind);
		break;
	case QUERY_CAPABILITY:
		buf_addf(b, "n.capabilities & ?%d", bindings_int(bind, t->capability));
		break;
	case QUERY_IS:
		add_is(b, t, stale_before, bind);
		break;
	}
}

void query_sql(struct buf *b, const struct query *q, int64_t stale_before, struct bindings *bind)
{
	for (int i = 0; q && i < q->n; i++) {
		buf_adds(b, q->term[i].negated ? " AND NOT coalesce((" : " AND coalesce((");
		add_term(b, &q->term[i], stale_before, bind);
		buf_adds(b, ")<>0,0)");
	}
}
