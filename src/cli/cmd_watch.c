/* watch: a search repeated until something turns up. What is new is printed as it comes. */
#include <stdio.h>
#include <unistd.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/session.h"
#include "numdesk/core/watch.h"
#include "numdesk/model/dialplan.h"
#include "numdesk/store/saved.h"
#include "numdesk/util/clock.h"

enum { MINUTES_MAX = WATCH_MOST_S / 60, COUNT_MAX = 100000 };

static bool read_options(const struct args *a, int64_t every_min, struct watch_options *o, struct err *e)
{
	const char *length = args_value(a, "--for");
	long long every, count;

	if (!args_int(a, "--every", 1, MINUTES_MAX, every_min, &every, e) ||
	    !args_int(a, "--count", 1, COUNT_MAX, 0, &count, e))
		return false;
	if (count && args_has(a, "--until-found"))
		return err_set(e, ERR_USAGE, "--until-found is --count 1: give one of them");
	if (length && !clock_duration(length, &o->for_s))
		return err_set(e, ERR_USAGE, "'--for %.40s' is no length of time: write it as 90s, 30m, 8h or 2d", length);
	o->every_s = every * 60;
	o->count = args_has(a, "--until-found") ? 1 : (size_t)count;
	o->fresh = args_has(a, "--fresh");
	return true;
}

/* A word is a country when it can be one: no saved search has such a name. */
static const char *country_of(const struct args *a)
{
	return dialplan_country_code(a->words[0]) ? a->words[0] : NULL;
}

bool check_watch(const struct args *a, struct err *e)
{
	struct watch_options o = {.for_s = 0};

	return read_options(a, 10, &o, e) && cli_wanted_check(a, country_of(a), a->words[0], e);
}

struct watching {
	struct cli *c;
	struct out *out;                /* all of it; a table is printed look by look */
	struct watch *w;
	bool done;
	size_t found;
	struct err err;
};

static void news(void *ctx, const struct offer *v, size_t n)
{
	struct watching *x = ctx;
	const bool table = x->c->a->format == FORMAT_TABLE;
	struct out *o = table ? cli_offers_out(x->c) : x->out;

	x->found += n;
	for (size_t i = 0; i < n; i++)
		cli_offers_row(x->c, o, &v[i]);
	if (table)
		(void)out_end(o, NULL);
	else
		out_flush(o);
	/* a reader that had enough: nobody is left to watch for */
	if (!table && out_broken(o))
		x->done = true;
	if (isatty(STDERR_FILENO) && config_bool(&x->c->s->config, OPTION_SEARCH_WATCH_BELL))
		fputc('\a', stderr);
	out_note("look %d: %zu new", watch_view(x->w)->looks, n);
}

static void over(void *ctx, const struct err *err)
{
	struct watching *x = ctx;

	x->err = *err;
	x->done = true;
}

bool run_watch(struct cli *c, struct err *e)
{
	struct watching *x = arena_alloc(&c->mem, sizeof *x);
	struct watch_options o = {.for_s = 0};
	struct cli_wanted w;
	enum search_field f;
	char says[200];
	bool ok;

	if (!cli_wanted(c, country_of(c->a), c->a->words[0], &w, e) ||
	    !read_options(c->a, config_int(&c->s->config, OPTION_SEARCH_WATCH_EVERY), &o, e))
		return false;
	o.search = w.search;
	x->c = c;
	if (!watch_start(&x->w, c->s, &o, news, over, x, &f, e))
		return false;
	x->out = c->a->format == FORMAT_TABLE ? NULL : cli_offers_out(c);
	out_note("watching %s, every %lld min", search_describe(&o.search, says, sizeof says), (long long)o.every_s / 60);
	ok = cli_wait(c, &x->done, e);
	watch_free(x->w);
	if (*w.saved)
		saved_ran(c->s->ledger, w.saved, x->found);
	if (x->out && !out_end(x->out, ok ? e : NULL))
		ok = false;
	if (ok && x->err.kind != ERR_NONE) {
		*e = x->err;
		ok = false;
	}
	return ok;
}
