#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/account.h"
#include "numdesk/tui/key.h"
#include "numdesk/tui/widget.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { KEY_OTHER = 16 };        /* ^P */

#define DEAF_MS 300     /* keys typed before the question could be read never answer it */

void question_init(struct question *q, const char *title, enum question_kind kind, int tag)
{
	*q = (struct question){.kind = kind, .tag = tag};
	snprintf(q->title, sizeof q->title, "%s", title);
	edit_init(&q->typed, "", 64);
	edit_init(&q->also, "", PROFILE_NAME_MAX + 16);      /* "NAME primary" */
}

void question_release(struct question *q)
{
	for (size_t i = 0; i < q->n; i++)
		free(q->lines[i]);
	edit_release(&q->typed);
	edit_release(&q->also);
	*q = (struct question){0};
}

void question_line(struct question *q, enum role role, const char *fmt, ...)
{
	char raw[1024], line[1200];
	va_list ap;

	if (q->n == ARRAY_LEN(q->lines))
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	text_clean(line, sizeof line, raw, strlen(raw));
	q->roles[q->n] = role;
	q->lines[q->n++] = mem_dup(line);
}

void question_complain(struct question *q, const char *says)
{
	if (q->complained)
		free(q->lines[--q->n]);
	q->complained = q->n < ARRAY_LEN(q->lines);
	question_line(q, ROLE_ERROR, "%s", says);
	edit_set(&q->typed, "");
	edit_set(&q->also, "");
	q->on_also = false;
}

static const char *prompt_of(const struct question *q)
{
	if (q->final)
		return "any key closes this";
	if (q->unseen)
		return "enlarge the window; Esc  no";
	return q->kind == QUESTION_YES ? "y  yes      any other key  no" : "Enter  confirm      Esc  no";
}

static int rows_of(const struct question *q, struct rect in, size_t from, size_t to)
{
	int rows = 0;

	for (size_t i = from; i < to; i++)
		rows += grid_wrap(NULL, in, 0, ROLE_NORMAL, q->lines[i]);
	return rows;
}

static void draw_lines(const struct question *q, struct grid *g, struct rect in, size_t from, size_t to)
{
	int row = 0;

	for (size_t i = from; i < to; i++)
		row += grid_wrap(g, in, row, q->roles[i], q->lines[i]);
}

/* The first line says what, those from `keep` on for whom and for how much: cut is between them. */
static void draw_text(struct question *q, struct grid *g, struct rect in)
{
	const int all = rows_of(q, in, 0, q->n), tail = rows_of(q, in, q->keep, q->n), head = in.rows - tail - 1;

	q->unseen = false;
	if (all <= in.rows || q->keep == 0) {
		draw_lines(q, g, in, 0, q->n);
		return;
	}
	q->unseen = !q->final && head < rows_of(q, in, 0, 1);
	if (head > 0) {
		draw_lines(q, g, (struct rect){in.row, in.col, head, in.cols}, 0, q->keep);
		grid_put(g, in, head, 0, ROLE_DIM, "...");
	}
	if (head >= 0)
		in.row += head + 1, in.rows = tail;
	draw_lines(q, g, in, q->keep, q->n);
}

void question_draw(struct question *q, struct grid *g, struct rect screen)
{
	struct rect r = {.cols = screen.cols < 76 ? screen.cols : 76}, body;
	int rows, row;

	body = (struct rect){0, 0, 1000, r.cols - 4};
	rows = rows_of(q, body, 0, q->n);
	rows += 2 + (q->kind == QUESTION_TYPE ? 2 : 0) + (*q->also_ask ? 2 : 0) + 2;
	r.rows = rows < screen.rows ? rows : screen.rows;
	r.row = screen.row + (screen.rows - r.rows) / 2;
	r.col = screen.col + (screen.cols - r.cols) / 2;
	grid_fill(g, r, ROLE_NORMAL);
	body = grid_box(g, r, q->title, "", true);
	body.col++, body.cols -= 2;
	/* what has to be answered stays on screen even when the lines above must be cut */
	int foot = 2 + (q->kind == QUESTION_TYPE && !q->final ? 2 : 0) + (*q->also_ask ? 2 : 0);
	struct rect text = {body.row, body.col, body.rows - foot > 0 ? body.rows - foot : 0, body.cols};

	draw_text(q, g, text);
	row = body.rows - foot;
	if (q->kind == QUESTION_TYPE && !q->final) {
		grid_put(g, body, ++row - 1, 0, ROLE_BOLD, q->ask);
		edit_draw(&q->typed, g, body, row++, 0, body.cols < 30 ? body.cols : 30, !q->on_also);
	}
	if (*q->also_ask) {
		grid_put(g, body, row++, 0, ROLE_BOLD, q->also_ask);
		edit_draw(&q->also, g, body, row++, 0, body.cols < 40 ? body.cols : 40, q->on_also || q->kind == QUESTION_YES);
	}
	row = grid_put(g, body, body.rows - 1, 0, ROLE_KEY, prompt_of(q));
	if (*q->other)
		grid_putf(g, body, body.rows - 1, row + 3, ROLE_KEY, "^P  %s", q->other);
}

enum question_answer question_key(struct question *q, uint32_t key, int64_t now_ms)
{
	bool typing = q->kind == QUESTION_TYPE || *q->also_ask;

	if (q->shown_at_ms == 0 || now_ms - q->shown_at_ms < DEAF_MS)
		return ANSWER_NONE;
	if (key & KEYX_PASTE && !typing)
		return ANSWER_NONE;
	if (key == KEY_OTHER && *q->other)
		return ANSWER_OTHER;
	if (q->final || key == KEY_ESC)
		return ANSWER_NO;
	if (q->unseen)
		return ANSWER_NONE;
	if (!typing)
		return key == 'y' ? ANSWER_YES : ANSWER_NO;
	if (key == KEY_TAB || key == KEYX_DOWN || key == KEYX_UP || key == KEYX_BACKTAB) {
		q->on_also = *q->also_ask && q->kind == QUESTION_TYPE && !q->on_also;
		return ANSWER_NONE;
	}
	if (key == KEY_RETURN) {
		if (*q->also_ask && q->kind == QUESTION_TYPE && !q->on_also) {
			q->on_also = true;
			return ANSWER_NONE;
		}
		/* an empty line is the Enter of somebody in a hurry, not an answer */
		return (q->kind == QUESTION_TYPE && q->typed.len == 0) || (*q->also_ask && q->also.len == 0) ? ANSWER_NONE
													    : ANSWER_YES;
	}
	edit_key(q->on_also || q->kind == QUESTION_YES ? &q->also : &q->typed, key);
	return ANSWER_NONE;
}
