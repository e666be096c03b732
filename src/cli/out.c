#include "numdesk/cli/out.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "numdesk/model/number.h"
#include "numdesk/model/usage.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/csv.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

#define OUT_MAX ((size_t)1 << 32)
#define FLUSH_AT 65536          /* long lists are written as they come; memory does not grow with them */
#define TABLE_ROWS 2000         /* a table needs widths: beyond this many rows the first ones decide */

struct out {
	enum cli_format format;
	const struct out_column *columns; size_t n;
	struct out_column *own;                 /* of out_records: what columns points to */
	const struct out_field *fields; size_t n_fields;
	struct buf buf;
	struct json_writer json;
	char ***rows; size_t n_rows, cap;       /* of a table, until its widths are known */
	size_t *width;
	bool widths_known, failed;
	int error;
	int limit;                              /* columns of the terminal, 0: no terminal */
};

static void flush(struct out *o)
{
	const char *p = buf_str(&o->buf);
	size_t left = o->buf.len;

	while (left > 0 && !o->failed) {
		ssize_t n = write(STDOUT_FILENO, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {         /* somebody left the terminal or pipe non-blocking */
			poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
			continue;
		}
		if (n < 0) {
			o->failed = true;
			o->error = errno;
			break;
		}
		p += n;
		left -= (size_t)n;
	}
	buf_clear(&o->buf);
}

static int terminal_width(void)
{
	struct winsize ws;

	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 ? ws.ws_col : 0;
}

struct out *out_new(enum cli_format f, const struct out_column *cols, size_t n)
{
	struct out *o = mem_alloc(sizeof *o);

	*o = (struct out){.format = f, .columns = cols, .n = n};
	buf_init(&o->buf, OUT_MAX);
	o->width = mem_array(n + 1, sizeof *o->width);
	o->limit = f == FORMAT_TABLE ? terminal_width() : 0;
	if (f == FORMAT_JSON) {
		json_w_init(&o->json, &o->buf);
		json_w_array(&o->json);
	} else if (f == FORMAT_CSV) {
		const char **names = mem_array(n + 1, sizeof *names);

		for (size_t i = 0; i < n; i++)
			names[i] = cols[i].name;
		csv_row(&o->buf, names, n, false);
		free(names);
	}
	return o;
}

bool out_is_json(const struct out *o)
{
	return o->format == FORMAT_JSON;
}

struct json_writer *out_json(struct out *o)
{
	if (o->buf.len > FLUSH_AT)
		flush(o);
	return &o->json;
}

/* One row of a table, cut where the terminal ends. */
static void table_line(struct out *o, char *const *cells)
{
	const size_t limit = o->limit > 0 ? (size_t)o->limit : SIZE_MAX;
	size_t at = 0;

	for (size_t i = 0; i < o->n && at < limit; i++) {
		const size_t cols = text_cols(cells[i]), pad = cols < o->width[i] ? o->width[i] - cols : 0;
		const size_t left = o->columns[i].right ? pad : 0;
		size_t n = strlen(cells[i]), took = cols;

		if (left + cols > limit - at)
			n = left < limit - at ? text_fit(cells[i], limit - at - left, &took) : 0;
		if (n > 0) {
			buf_addf(&o->buf, "%*s", (int)left, "");
			buf_add(&o->buf, cells[i], n);
		}
		at += (cols > o->width[i] ? cols : o->width[i]) + 2;
		if (i + 1 < o->n && at < limit)
			buf_addf(&o->buf, "%*s", (int)(n > 0 ? pad - left + 2 : o->width[i] + 2), "");
	}
	while (o->buf.len && o->buf.s[o->buf.len - 1] == ' ')
		o->buf.s[--o->buf.len] = '\0';
	buf_addc(&o->buf, '\n');
}

/* Widths from the rows kept so far, then print them. */
static void table_start(struct out *o)
{
	char **titles = mem_array(o->n + 1, sizeof *titles);

	o->widths_known = true;
	for (size_t i = 0; i < o->n; i++) {
		titles[i] = mem_dup(o->columns[i].title);
		o->width[i] = text_cols(titles[i]);
		for (size_t r = 0; r < o->n_rows; r++) {
			size_t cols = text_cols(o->rows[r][i]);

			if (cols > o->width[i])
				o->width[i] = cols;
		}
	}
	if (o->n_rows)
		table_line(o, titles);
	for (size_t i = 0; i < o->n; i++)
		free(titles[i]);
	free(titles);
	for (size_t r = 0; r < o->n_rows; r++) {
		table_line(o, o->rows[r]);
		for (size_t i = 0; i < o->n; i++)
			free(o->rows[r][i]);
		free(o->rows[r]);
	}
	free(o->rows);
	o->rows = NULL;
	o->n_rows = o->cap = 0;
}

static char *clean(const char *s)
{
	size_t n = strlen(s), size = n * 12 + 1;
	char *c = mem_alloc(size);

	text_clean(c, size, s, n);
	return c;
}

static void table_row(struct out *o, const char *const *cells)
{
	char **row = mem_array(o->n + 1, sizeof *row);

	for (size_t i = 0; i < o->n; i++)
		row[i] = clean(cells[i] ? cells[i] : "");
	if (!o->widths_known) {
		if (o->n_rows == o->cap) {
			o->cap = o->cap ? o->cap * 2 : 64;
			o->rows = mem_grow(o->rows, o->cap, sizeof *o->rows);
		}
		o->rows[o->n_rows++] = row;
		if (o->n_rows == TABLE_ROWS)
			table_start(o);
		return;
	}
	table_line(o, row);
	for (size_t i = 0; i < o->n; i++)
		free(row[i]);
	free(row);
}

void out_row(struct out *o, const char *const *cells)
{
	switch (o->format) {
	case FORMAT_JSON:
		return;
	case FORMAT_CSV: {
		char **row = mem_array(o->n + 1, sizeof *row);

		for (size_t i = 0; i < o->n; i++)
			row[i] = clean(cells[i] ? cells[i] : "");
		csv_row(&o->buf, (const char *const *)row, o->n, false);
		for (size_t i = 0; i < o->n; i++)
			free(row[i]);
		free(row);
		break;
	}
	case FORMAT_PLAIN:
		for (size_t i = 0; i < o->n; i++) {
			if (i)
				buf_addc(&o->buf, '\t');
			text_clean_add(&o->buf, cells[i] ? cells[i] : "", cells[i] ? strlen(cells[i]) : 0);
		}
		buf_addc(&o->buf, '\n');
		break;
	case FORMAT_TABLE:
		table_row(o, cells);
		break;
	}
	if (o->buf.len > FLUSH_AT)
		flush(o);
}

void out_flush(struct out *o)
{
	flush(o);
}

bool out_broken(const struct out *o)
{
	return o->failed;
}

bool out_end(struct out *o, struct err *e)
{
	bool ok;

	if (o->format == FORMAT_JSON) {
		json_w_end(&o->json);
		buf_addc(&o->buf, '\n');
	} else if (o->format == FORMAT_TABLE && !o->widths_known) {
		table_start(o);
	}
	flush(o);
	/* a reader that had enough (head) is no failure of ours */
	ok = !o->failed || o->error == EPIPE ||
	     err_set(e, ERR_IO, "cannot write to standard output: %s", strerror(o->error));
	buf_release(&o->buf);
	free(o->width);
	free(o->own);
	free(o);
	return ok;
}

/* --- records ------------------------------------------------------------------------------------------------------ */
struct out *out_records(enum cli_format f, const struct out_field *fields, size_t n)
{
	struct out_column *own = mem_array(n + 1, sizeof *own);
	size_t shown = 0;
	struct out *o;

	for (size_t i = 0; i < n; i++)
		if (f == FORMAT_CSV || !fields[i].wide)
			own[shown++] = (struct out_column){fields[i].name, fields[i].title,
							   fields[i].type == OUT_NUMBER};
	o = out_new(f, own, shown);
	o->own = own;
	o->fields = fields;
	o->n_fields = n;
	return o;
}

static void record_json(struct json_writer *w, const struct out_field *fields, const char *const *values, size_t n)
{
	json_w_object(w);
	for (size_t i = 0; i < n; i++) {
		json_w_key(w, fields[i].name);
		if (!values[i] || !*values[i])
			json_w_null(w);
		else if (fields[i].type == OUT_TEXT)
			json_w_text(w, values[i]);
		else
			json_w_raw(w, values[i]);
	}
	json_w_end(w);
}

void out_record(struct out *o, const char *const *values)
{
	const char **cells;
	size_t n = 0;

	if (o->format == FORMAT_JSON) {
		record_json(out_json(o), o->fields, values, o->n_fields);
		return;
	}
	cells = mem_array(o->n_fields + 1, sizeof *cells);
	for (size_t i = 0; i < o->n_fields; i++)
		if (o->format == FORMAT_CSV || !o->fields[i].wide)
			cells[n++] = values[i];
	out_row(o, cells);
	free(cells);
}

/* --- values ------------------------------------------------------------------------------------------------------- */
static void json_caps(struct json_writer *w, unsigned caps)
{
	json_w_object(w);
	for (int i = 0; i < CAP_COUNT; i++) {
		json_w_key(w, capability_names[i]);
		json_w_bool(w, caps & 1u << i);
	}
	json_w_end(w);
}

static void json_text_or_null(struct json_writer *w, const char *s)
{
	json_w_text(w, s && *s ? s : NULL);
}

static void json_counted(struct json_writer *w, const struct number *n, int64_t v)
{
	if (n->usage_known)
		json_w_i64(w, v);
	else
		json_w_null(w);
}

static void json_usage(struct json_writer *w, const struct number *n)
{
	int64_t days[USAGE_DAYS];

	if (!n->usage_known) {
		json_w_null(w);
		return;
	}
	usage_days_parse(n->usage, days);
	json_w_array(w);
	for (size_t i = 0; i < USAGE_DAYS; i++)
		json_w_i64(w, days[i]);
	json_w_end(w);
}

void out_number_json(struct json_writer *w, const struct number *n, const enum column_id *ids, size_t n_columns)
{
	json_w_object(w);
	for (size_t i = 0; i < n_columns; i++) {
		const struct column *c = &columns[ids[i]];
		char text[64];          /* identities, dates, prices: the long texts are not copied */

		json_w_key(w, c->name);
		if (c->type == COLTYPE_CAPS)
			json_caps(w, n->capabilities);
		else if (c->type == COLTYPE_COUNT)
			json_counted(w, n, *(const int64_t *)column_field(ids[i], n));
		else if (ids[i] == COL_USAGE)
			json_usage(w, n);
		else if (c->type == COLTYPE_BOOL)
			json_w_bool(w, *(const bool *)column_field(ids[i], n));
		else if (c->type == COLTYPE_TEXT)
			json_text_or_null(w, *(const char *const *)column_field(ids[i], n));
		else
			json_text_or_null(w, column_machine(ids[i], n, text, sizeof text));
	}
	json_w_end(w);
}

void out_offer_json(struct json_writer *w, const struct offer *o)
{
	json_w_object(w);
	out_offer_members(w, o);
	json_w_end(w);
}

void out_offer_members(struct json_writer *w, const struct offer *o)
{
	char price[40];

	json_w_key(w, "phone_number"), json_w_text(w, o->phone_number);
	json_w_key(w, "friendly_name"), json_text_or_null(w, o->friendly_name);
	json_w_key(w, "locality"), json_text_or_null(w, o->locality);
	json_w_key(w, "region"), json_text_or_null(w, o->region);
	json_w_key(w, "postal_code"), json_text_or_null(w, o->postal_code);
	json_w_key(w, "country"), json_text_or_null(w, o->country);
	json_w_key(w, "type"), json_text_or_null(w, number_type_name(o->type));
	json_w_key(w, "capabilities"), json_caps(w, o->capabilities);
	json_w_key(w, "address_requirements"), json_text_or_null(w, o->address_requirements);
	json_w_key(w, "beta"), json_w_bool(w, o->beta);
	json_w_key(w, "lata"), json_text_or_null(w, o->lata);
	json_w_key(w, "rate_center"), json_text_or_null(w, o->rate_center);
	json_w_key(w, "monthly_price"), json_text_or_null(w, money_decimal(o->monthly_price, price, sizeof price));
	json_w_key(w, "currency"), json_text_or_null(w, o->currency);
	json_w_key(w, "score"), json_w_i64(w, o->score);
	json_w_key(w, "why"), json_text_or_null(w, o->why);
}

void out_complain(const struct err *e)
{
	fprintf(stderr, "numdesk: %s\n", e->msg);
}

void out_note(const char *fmt, ...)
{
	char raw[1000], text[2000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	text_clean(text, sizeof text, raw, strlen(raw));
	fprintf(stderr, "numdesk: %s\n", text);
}
