#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/model/number.h"
#include "numdesk/model/phone.h"
#include "numdesk/model/vanity.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * A number is judged by its end first: that is what people say, hear and key in last. Each thing that helps is a reason
 * with points; they are added up, and the heaviest are told.
 */
enum { REASONS = 10, TOLD = 3, LINE = 7 };      /* LINE: how many digits people take for the number itself */

struct reason { int points; char says[28]; };
struct judge {
	char all[16];                   /* with the calling code */
	const char *d; size_t n;        /* without it */
	struct reason v[REASONS]; size_t n_reasons;
};

static __attribute__((format(printf, 3, 4))) void because(struct judge *j, int points, const char *fmt, ...)
{
	char says[sizeof j->v[0].says];
	size_t at = j->n_reasons;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(says, sizeof says, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < j->n_reasons; i++)
		if (strcmp(j->v[i].says, says) == 0)            /* the asked word 0000 is a run as well */
			return;
	if (points <= 0 || j->n_reasons == REASONS)
		return;
	for (; at > 0 && j->v[at - 1].points < points; at--)    /* heaviest first, else as they came */
		j->v[at] = j->v[at - 1];
	j->n_reasons++;
	j->v[at].points = points;
	memcpy(j->v[at].says, says, sizeof says);
}

/* The last n digits, or all there are. */
static const char *tail(const struct judge *j, size_t n)
{
	return j->d + (n < j->n ? j->n - n : 0);
}

static int at_most(int points, int most)
{
	return points < most ? points : most;
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static bool ends_with(const char *s, const char *end)
{
	const size_t n = strlen(s), m = strlen(end);

	return m <= n && strcmp(s + n - m, end) == 0;
}

/* The asked words: the best of them, for one number rarely holds two. Its length when it stands at the end, else 0. */
static size_t judge_asked(struct judge *j, const char *words)
{
	char word[VANITY_WORD_SIZE], digits[VANITY_WORD_SIZE], best[VANITY_WORD_SIZE] = "";
	int most = 0;
	bool at_end = false;

	for (size_t i = 0; vanity_word(words, i, word); i++) {
		const int len = (int)strlen(word);
		int points = 0;
		bool end;

		phone_vanity_digits(word, digits, sizeof digits);
		end = ends_with(j->all, digits);
		if (end)
			points = at_most(30 + 8 * len, 80);
		else if (strstr(j->all, digits))
			points = at_most(10 + 5 * len, 45);
		if (points > most) {
			most = points;
			at_end = end;
			memcpy(best, word, sizeof best);
		}
	}
	because(j, most, "%s %s", at_end ? "ends" : "has", best);
	return at_end ? strlen(best) : 0;
}

/* A handful of everyday words; whoever wants another one asks for it. */
static const char *const everyday[] = {
	"AUTO", "BABY", "BANK", "BEDS", "BEER", "BIKE", "BOOK", "BOOKS", "BREAD", "CABS", "CALL", "CARE", "CARS",
	"CASH", "CITY", "CLEAN", "COOL", "DEAL", "DENTIST", "DESK", "DOCS", "DOCTOR", "DOGS", "EASY", "FAST", "FILM",
	"FIRE", "FISH", "FLOWERS", "FOOD", "FREE", "FUND", "GAME", "GIFT", "GOLD", "GOOD", "HAIR", "HELP", "HERO", "HOME",
	"HOST", "HOTEL", "HOUSE", "INFO", "JOBS", "KEYS", "KIDS", "LAWYER", "LEGAL", "LIFE", "LIVE", "LOAN", "LOVE", "LUCK",
	"MAIL", "MATH", "MEDS", "MONEY", "MOVE", "MUSIC", "NEWS", "OPEN", "PARK", "PETS", "PHONE", "PIZZA", "PLAN", "PLAY",
	"PLUMBER", "PLUS", "RENT", "RIDE", "ROOF", "ROOM", "SAFE", "SALE", "SALES", "SAVE", "SHIP", "SHOP", "SMILE",
	"SOLAR", "SPORT", "STAR", "STORE", "SUPPORT", "TALK", "TAXI", "TEAM", "TECH", "TOUR", "TOWN", "TREE", "TRIP",
	"TRUCK", "WATER", "WINE", "WORK", "YOGA",
};

static void judge_everyday(struct judge *j)
{
	const char *best = "";

	for (size_t i = 0; i < ARRAY_LEN(everyday); i++) {
		char digits[VANITY_WORD_SIZE];

		phone_vanity_digits(everyday[i], digits, sizeof digits);
		if (ends_with(j->d, digits) && strlen(everyday[i]) > strlen(best))
			best = everyday[i];
	}
	because(j, *best ? 10 * (int)strlen(best) - 24 : 0, "spells %s", best);
}

/* --- shapes ------------------------------------------------------------------------------------------------------- */

/* How many digits at the end are the same. */
static size_t run_at_end(const struct judge *j)
{
	size_t n = 1;

	while (n < j->n && j->d[j->n - 1 - n] == j->d[j->n - 1])
		n++;
	return n;
}

/* How many digits at the end count up or down by one; a 0 follows a 9, as on the keypad. */
static size_t ladder_at_end(const struct judge *j)
{
	size_t best = 1;

	for (int step = -1; step <= 1; step += 2) {
		size_t n = 1;

		for (; n < j->n; n++) {
			const int low = j->d[j->n - 1 - n] - '0', high = j->d[j->n - n] - '0';

			if (low + step != high && !(step == 1 && low == 9 && high == 0))
				break;
		}
		best = n > best ? n : best;
	}
	return best;
}

static int points_of(const int *points, size_t most, size_t n)
{
	return points[n < most ? n : most - 1];
}

static void judge_run(struct judge *j, size_t run)
{
	static const int zeros[] = {0, 0, 10, 28, 46, 60, 78}, others[] = {0, 0, 4, 22, 40, 54, 74};
	const bool round = j->d[j->n - 1] == '0';

	because(j, round ? points_of(zeros, ARRAY_LEN(zeros), run) : points_of(others, ARRAY_LEN(others), run), "ends %s",
		tail(j, run));
}

static void judge_ladder(struct judge *j, size_t n)
{
	static const int points[] = {0, 0, 0, 10, 30, 42, 55};

	because(j, points_of(points, ARRAY_LEN(points), n), "ends %s", tail(j, n));
}

/* Is the end of n digits one block of `block` digits, again and again? */
static bool repeats(const struct judge *j, size_t n, size_t block)
{
	const char *s = tail(j, n);

	for (size_t i = block; n <= j->n && i < n; i++)
		if (s[i] != s[i - block])
			return false;
	return n <= j->n;
}

static bool mirrors(const struct judge *j, size_t n)
{
	const char *s = tail(j, n);

	for (size_t i = 0; n <= j->n && i < n / 2; i++)
		if (s[i] != s[n - 1 - i])
			return false;
	return n <= j->n;
}

static bool twins(const struct judge *j)
{
	const char *last = tail(j, 4);

	return j->n >= 4 && last[0] == last[1] && last[2] == last[3];
}

/* "27 27 27" */
static const char *in_blocks(const char *s, size_t block, char dst[16])
{
	size_t used = 0;

	dst[0] = '\0';
	for (size_t i = 0; s[i] && used < 16; i += block)
		used += (size_t)snprintf(dst + used, 16 - used, "%s%.*s", i ? " " : "", (int)block, s + i);
	return dst;
}

/* The best shape of the end that is neither a run nor a ladder. False when there is none. */
static bool judge_shape(struct judge *j)
{
	/* block 1: two pairs of twins; block 0: reads the same backwards */
	static const struct { size_t n, block; int points; } shapes[] = {
		{6, 2, 38}, {8, 4, 34}, {6, 3, 32}, {7, 0, 28}, {4, 2, 24}, {6, 0, 22}, {4, 1, 18}, {4, 0, 16}, {5, 0, 12},
	};

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		const size_t n = shapes[i].n, block = shapes[i].block;
		const char *s = tail(j, n);

		char text[16];

		if (block == 1 ? !twins(j) : block ? !repeats(j, n, block) : !mirrors(j, n))
			continue;
		if (block == 0)
			because(j, shapes[i].points, "mirror %s", s);
		else
			because(j, shapes[i].points, "ends %s", in_blocks(s, block == 1 ? 2 : block, text));
		return true;
	}
	return false;
}

/* The longest run of one digit in the line, before the end that was judged already; an area code is a word of its own. */
static void judge_inside(struct judge *j, size_t end)
{
	static const int points[] = {0, 0, 0, 6, 16, 26};
	size_t best = 0, at = 0;

	for (size_t i = j->n > LINE ? j->n - LINE : 0, n; i + end < j->n; i += n) {
		for (n = 1; i + n + end < j->n && j->d[i + n] == j->d[i]; n++)
			;
		if (n > best) {
			best = n;
			at = i;
		}
	}
	because(j, points_of(points, ARRAY_LEN(points), best), "has %.*s", (int)best, j->d + at);
}

static void judge_few(struct judge *j)
{
	unsigned seen = 0;
	int n = 0;

	for (const char *p = tail(j, LINE); *p; p++)
		seen |= 1u << (*p - '0');
	for (; seen; seen &= seen - 1)
		n++;
	if (n == 2 || n == 3)           /* of one digit, the run tells */
		because(j, n == 2 ? 18 : 6, "%s digits only", n == 2 ? "two" : "three");
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static void tell(struct judge *j, struct vanity_score *out)
{
	size_t used = 0;

	for (size_t i = 0; i < j->n_reasons; i++) {
		out->points = at_most(out->points + j->v[i].points, 100);
		if (i < TOLD && used < sizeof out->why)
			used += (size_t)snprintf(out->why + used, sizeof out->why - used, "%s%s", used ? ", " : "", j->v[i].says);
	}
}

static size_t code_digits(const char *e164)
{
	const int code = dialplan_lookup(e164).calling_code;

	return code >= 100 ? 3 : code >= 10 ? 2 : code > 0 ? 1 : 0;
}

void vanity_score(const char *e164, const char *words, struct vanity_score *out)
{
	struct judge j = {.n_reasons = 0};
	size_t run, ladder, word;

	*out = (struct vanity_score){0};
	if (!phone_is_e164(e164))
		return;
	snprintf(j.all, sizeof j.all, "%s", e164 + 1);
	j.d = j.all + code_digits(e164);
	j.n = strlen(j.d);
	run = run_at_end(&j);
	ladder = ladder_at_end(&j);
	word = words ? judge_asked(&j, words) : 0;
	if (!word)
		judge_everyday(&j);
	if (run > 2 || ladder > 3 || !judge_shape(&j))
		judge_run(&j, run);
	judge_ladder(&j, ladder);
	judge_inside(&j, run > word ? run : word);
	judge_few(&j);
	tell(&j, out);
}

void offer_judge(struct offer *o, const char *words, struct arena *a)
{
	struct vanity_score v;

	vanity_score(o->phone_number, words, &v);
	o->score = v.points;
	o->why = *v.why ? arena_dup(a, v.why) : NULL;
}
