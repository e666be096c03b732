#include "view.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/core/jobs.h"
#include "numdesk/core/settle.h"
#include "numdesk/model/sid.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/text.h"
#include "ui_form.h"

static enum role tag_role(const char *color)
{
	static const struct { const char *name; enum role role; } tags[] = {
		{"red", ROLE_TAG_RED}, {"green", ROLE_TAG_GREEN}, {"yellow", ROLE_TAG_YELLOW},
		{"blue", ROLE_TAG_BLUE}, {"magenta", ROLE_TAG_MAGENTA}, {"cyan", ROLE_TAG_CYAN},
	};

	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		if (strcmp(color, tags[i].name) == 0)
			return tags[i].role;
	return ROLE_BOLD;
}

/* Who: program, profile, account. Returns the columns it took. */
static int head_who(const struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	const struct session *s = w->s;
	char sid[16];
	int at = 1;

	at += grid_put(g, r, 0, at, ROLE_BOLD, "numdesk") + 2;
	if (!*s->profile.name) {
		at += grid_put(g, r, 0, at, ROLE_WARN, "no profile yet") + 2;
		return at;
	}
	if (!session_unlocked(s) && config_bool(&s->config, OPTION_VAULT_HIDE)) {
		at += grid_put(g, r, 0, at, ROLE_WARN, "locked") + 2;
		return at;
	}
	at += grid_put(g, r, 0, at, ROLE_BOLD, s->profile.name);
	if (*s->profile.account_name && strcmp(s->profile.account_name, s->profile.name) != 0)
		at += grid_putf(g, r, 0, at, ROLE_NORMAL, " / %.40s", s->profile.account_name);
	at += 2;
	at += grid_put(g, r, 0, at, ROLE_DIM, sid_short(s->profile.account_sid, u->ascii, sid)) + 2;
	if (*s->profile.label)
		at += grid_putf(g, r, 0, at, tag_role(s->profile.color), " %s ", s->profile.label) + 1;
	if (base_is_loopback(s->base_url))
		at += grid_put(g, r, 0, at, ROLE_TAG_MAGENTA, " TEST SERVER ") + 1;
	if (s->read_only)
		at += grid_put(g, r, 0, at, ROLE_TAG_YELLOW, " READ-ONLY ") + 1;
	if (s->offline)
		at += grid_put(g, r, 0, at, ROLE_TAG_YELLOW, " OFFLINE ") + 1;
	if (!session_unlocked(s))
		at += grid_put(g, r, 0, at, ROLE_TAG_CYAN, " LOCKED ") + 1;
	return at + 1;
}

/* How much and how old, as one string and a role. */
static void facts(const struct ui_world *w, char *dst, size_t size, bool *stale)
{
	const struct session *s = w->s;
	char number[24], count[32], total[48], balance[64] = "", age[16], proxy[80] = "";
	int64_t now = session_now(s), synced = s->account.synced_at;
	const char *via = s->http ? http_proxy_for(s->http, s->base_url) : "";

	money_show(s->summary.monthly, s->summary.currency, total, sizeof total);
	if (s->account.balance != MONEY_UNKNOWN) {
		char b[48];

		snprintf(balance, sizeof balance, "balance %s   ", money_show(s->account.balance, s->account.balance_currency, b, sizeof b));
	}
	if (via && *via)
		snprintf(proxy, sizeof proxy, "proxy %.60s   ", via);
	*stale = synced == 0 || now - synced > 60 * config_int(&s->config, OPTION_SYNC_STALE);
	if (synced)
		clock_age(now - synced, age, sizeof age);
	snprintf(number, sizeof number, "%lld", (long long)s->summary.numbers);
	text_group(number, count, sizeof count);
	snprintf(dst, size, "%s number%s   %s%s/mo   %s%s%s%s%s", count, s->summary.numbers == 1 ? "" : "s", total, s->summary.unpriced ? "+?" : "", balance, proxy,
		 synced ? "synced " : "never synced", synced ? age : "", synced && strcmp(age, "now") != 0 ? " ago" : "");
}

static int open_count(const struct ui_world *w)
{
	return w->s->settle ? (int)settle_open(w->s->settle) : 0;
}

static int facts_cols(const struct ui_world *w)
{
	char text[256];
	bool stale;

	facts(w, text, sizeof text, &stale);
	return (int)text_cols(text) + (open_count(w) ? 12 : 0);
}

static int who_cols(const struct ui_world *w)
{
	struct grid g;
	struct ui none = {.ascii = true};
	int n;

	grid_init(&g, 1, 300, true);
	n = head_who(&none, w, &g, grid_all(&g));
	grid_release(&g);
	return n;
}

static bool has_facts(const struct ui_world *w)
{
	return *w->s->profile.name && (session_unlocked(w->s) || !config_bool(&w->s->config, OPTION_VAULT_HIDE));
}

int view_header_rows(const struct ui_world *w, int cols)
{
	return has_facts(w) && who_cols(w) + facts_cols(w) + 2 > cols ? 2 : 1;
}

void view_header(const struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	char text[256];
	bool stale;
	int n, open = open_count(w);

	head_who(u, w, g, r);
	if (!has_facts(w))
		return;
	facts(w, text, sizeof text, &stale);
	n = (int)text_cols(text);
	struct rect line = {r.row + r.rows - 1, r.col, 1, r.cols};
	int at = r.rows == 1 ? r.cols - n - 1 : 1;

	grid_put(g, line, 0, at, stale ? ROLE_WARN : ROLE_NORMAL, text);
	if (open)
		grid_putf(g, line, 0, r.rows == 1 ? at - 12 : at + n + 2, ROLE_ERROR, "@ %d open", open);
}

static int running_cols(const struct ui_world *w, char *dst, size_t size)
{
	struct job_view jobs[4];
	size_t n = w->s->jobs ? jobs_list(w->s->jobs, jobs, 4) : 0;

	dst[0] = '\0';
	if (n == 0)
		return 0;
	snprintf(dst, size, "%.40s%s%.50s%s%s", jobs[0].title, *jobs[0].progress ? "  " : "", jobs[0].progress,
		 n > 1 ? "  +more" : "", jobs[0].stoppable ? "  ^X stop" : "");
	return (int)text_cols(dst);
}

static void draw_hints(const struct ui *u, struct grid *g, struct rect r, int limit)
{
	unsigned where = ui_where(u);
	int at = 1;

	if (where == AT_FORM) {
		static const char *const keys[][2] = {
			{"Enter", "search"}, {"Tab", "next field"}, {"Space", "change"}, {"Esc", "results"}, {"F1", "help"}};

		for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
			if (at + (int)(strlen(keys[i][0]) + strlen(keys[i][1])) + 3 > limit)
				break;
			at += grid_put(g, r, 0, at, ROLE_KEY, keys[i][0]) + 1;
			at += grid_put(g, r, 0, at, ROLE_NORMAL, keys[i][1]) + 2;
		}
		return;
	}
	if (u->overlay != OVERLAY_NONE)         /* it says itself what its keys are */
		return;
	/* help is always on screen: whatever else does not fit is in there */
	limit -= (int)strlen("? help") + 2;
	grid_put(g, r, 0, limit, ROLE_KEY, "?");
	grid_put(g, r, 0, limit + 2, ROLE_NORMAL, "help");
	for (int rank = 1; rank < 20; rank++)
		for (int c = 0; c < COMMAND_COUNT; c++) {
			char key[16];

			if (c == CMD_HELP || commands[c].hint != rank || !(commands[c].where & where) || !*key_of((enum command_id)c, key))
				continue;
			if (at + (int)(text_cols(key) + text_cols(commands[c].title)) + 3 > limit)
				continue;
			at += grid_put(g, r, 0, at, ROLE_KEY, key) + 1;
			at += grid_put(g, r, 0, at, ROLE_NORMAL, commands[c].title) + 2;
		}
}

/* What there is to say of the number for sale under the cursor that its row has no room for. */
static void draw_offer_note(const struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	const struct offer *o = finder_at(w->finder, u->offers.cursor);
	char line[400];
	size_t n = 0;

	if (!o)
		return;
	if (o->why)
		n = (size_t)snprintf(line, sizeof line, "score %d: %s", o->score, o->why);
	if (o->beta)
		n += (size_t)snprintf(line + n, sizeof line - n, "%snew on Twilio's platform (beta)", n ? "   " : "");
	if (o->rate_center)
		n += (size_t)snprintf(line + n, sizeof line - n, "%srate centre %.60s", n ? "   " : "", o->rate_center);
	if (o->lata)
		n += (size_t)snprintf(line + n, sizeof line - n, "%sLATA %.20s", n ? "   " : "", o->lata);
	if (o->postal_code)
		n += (size_t)snprintf(line + n, sizeof line - n, "%s%.20s", n ? "   " : "", o->postal_code);
	if (n)
		grid_field(g, r, 0, 1, r.cols - 1, ROLE_DIM, line, false);
}

static void draw_message(const struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	if (u->filtering || (u->overlay == OVERLAY_NONE && u->focus == FOCUS_OWNED && *u->filter_error)) {
		if (u->filtering) {
			grid_put(g, r, 0, 1, ROLE_KEY, "/");
			edit_draw(&u->filter, g, r, 0, 2, r.cols / 2, true);
		}
		grid_put(g, r, 0, r.cols / 2 + 4, ROLE_ERROR, u->filter_error);
		return;
	}
	if (u->overlay == OVERLAY_LIST && listbox_chosen(&u->list) && listbox_chosen(&u->list)->detail) {
		/* a narrow screen cuts the right side of a list; here the chosen row's stands whole */
		grid_put(g, r, 0, 1, ROLE_DIM, listbox_chosen(&u->list)->detail);
		return;
	}
	if (u->overlay == OVERLAY_NONE && u->focus == FOCUS_FORM) {
		if (*u->form_error)
			grid_put(g, r, 0, 1, ROLE_ERROR, u->form_error);
		else if (!*u->message)
			grid_put(g, r, 0, 1, ROLE_DIM, ui_fields[u->field].help);
		if (*u->form_error || !*u->message)
			return;
	}
	if (u->overlay == OVERLAY_NONE && u->focus == FOCUS_OFFERS && !*u->message)
		draw_offer_note(u, w, g, r);
	else
		grid_field(g, r, 0, 1, r.cols - 1, u->message_role, u->message, false);
}

void view_footer(const struct ui *u, const struct ui_world *w, struct grid *g, struct rect r)
{
	struct rect keys = {r.row + 1, r.col, 1, r.cols};
	char running[160];
	int n = running_cols(w, running, sizeof running);

	draw_message(u, w, g, (struct rect){r.row, r.col, 1, r.cols});
	draw_hints(u, g, keys, n ? r.cols - n - 2 : r.cols);
	if (n)
		grid_put(g, keys, 0, r.cols - n - 1 > 0 ? r.cols - n - 1 : 0, ROLE_WARN, running);
}
