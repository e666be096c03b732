#include "numdesk/util/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "text_priv.h"

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

void json_w_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){.out = out};
}

static void new_line(struct json_writer *w)
{
	buf_addc(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_adds(w->out, "  ");
}

/* What stands before a member name or a value: comma, line, indentation. */
static void begin_item(struct json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->need_comma[w->depth])
		buf_addc(w->out, ',');
	if (w->depth > 0)
		new_line(w);
	w->need_comma[w->depth] = true;
}

static void open_group(struct json_writer *w, char opener, char closer)
{
	begin_item(w);
	assert(w->depth + 1 < (int)ARRAY_LEN(w->need_comma));
	buf_addc(w->out, opener);
	w->depth++;
	w->need_comma[w->depth] = false;
	w->closer[w->depth] = closer;
}

void json_w_object(struct json_writer *w)
{
	open_group(w, '{', '}');
}

void json_w_array(struct json_writer *w)
{
	open_group(w, '[', ']');
}

void json_w_end(struct json_writer *w)
{
	const bool has_items = w->need_comma[w->depth];
	const char closer = w->closer[w->depth];

	assert(w->depth > 0 && !w->after_key);
	w->depth--;
	if (has_items)
		new_line(w);
	buf_addc(w->out, closer);
}

static void escape(struct buf *out, uint32_t cp)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; i + 1 < sizeof shorts; i += 2)
		if (cp == (uint32_t)shorts[i]) {
			buf_addc(out, '\\');
			buf_addc(out, shorts[i + 1]);
			return;
		}
	if (cp < 0x10000) {
		buf_addf(out, "\\u%04" PRIx32, cp);
		return;
	}
	cp -= 0x10000;
	buf_addf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + (cp >> 10), 0xDC00 + (cp & 0x3FF));
}

/* Hidden characters are escaped, not dropped: the reader gets them back, a terminal does not obey them. */
static void quote(struct buf *out, const char *s)
{
	const size_t n = strlen(s);

	buf_addc(out, '"');
	for (size_t i = 0; i < n; ) {
		char utf8[4];
		uint32_t cp;

		i += text_decode(s + i, n - i, &cp);
		if (cp == '"' || cp == '\\' || text_cp_is_hidden(cp))
			escape(out, cp);
		else
			buf_add(out, utf8, text_encode(cp, utf8));
	}
	buf_addc(out, '"');
}

void json_w_key(struct json_writer *w, const char *name)
{
	assert(w->depth > 0 && w->closer[w->depth] == '}' && !w->after_key);
	begin_item(w);
	quote(w->out, name);
	buf_adds(w->out, ": ");
	w->after_key = true;
}

void json_w_text(struct json_writer *w, const char *s)
{
	if (!s) {
		json_w_null(w);
		return;
	}
	begin_item(w);
	quote(w->out, s);
}

void json_w_i64(struct json_writer *w, int64_t v)
{
	begin_item(w);
	buf_addf(w->out, "%" PRId64, v);
}

void json_w_bool(struct json_writer *w, bool v)
{
	begin_item(w);
	buf_adds(w->out, v ? "true" : "false");
}

void json_w_null(struct json_writer *w)
{
	begin_item(w);
	buf_adds(w->out, "null");
}

void json_w_raw(struct json_writer *w, const char *json)
{
	begin_item(w);
	for (;;) {                      /* a line break inside a string is an escape, so each one here is layout */
		const char *end = strchr(json, '\n');

		if (!end)
			break;
		buf_add(w->out, json, (size_t)(end - json));
		new_line(w);
		json = end + 1;
	}
	buf_adds(w->out, json);
}
