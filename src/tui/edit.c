#include "numdesk/tui/edit.h"

#include <string.h>

#include "numdesk/tui/key.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

void edit_init(struct edit *e, const char *text, size_t max)
{
	*e = (struct edit){.max = max < EDIT_MAX ? max : EDIT_MAX - 1};
	edit_set(e, text);
}

void edit_init_secret(struct edit *e)
{
	*e = (struct edit){.max = EDIT_MAX - 1, .secret = secret_new(1024)};
}

void edit_release(struct edit *e)
{
	secret_free(e->secret);
	secret_wipe(e, sizeof *e);
}

void edit_set(struct edit *e, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	while (n > e->max || (n > 0 && text && ((unsigned char)text[n] & 0xC0) == 0x80))
		n--;
	if (n)
		memcpy(e->text, text, n);
	e->text[n] = '\0';
	e->len = e->at = n;
}

static size_t before(const struct edit *e, size_t at)
{
	while (at > 0 && ((unsigned char)e->text[--at] & 0xC0) == 0x80)
		;
	return at;
}

static size_t after(const struct edit *e, size_t at)
{
	if (at < e->len)
		at++;
	while (at < e->len && ((unsigned char)e->text[at] & 0xC0) == 0x80)
		at++;
	return at;
}

static void cut(struct edit *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->len - to + 1);
	e->len -= to - from;
	e->at = from;
}

static bool secret_key(struct edit *e, uint32_t key)
{
	char utf8[4];

	switch (key & ~(uint32_t)KEYX_PASTE) {
	case KEYX_BACKSPACE: case KEY_DEL: case 8:
		secret_backspace(e->secret);
		return true;
	case 21:                /* ^U */
		secret_clear(e->secret);
		return true;
	}
	key &= ~(uint32_t)KEYX_PASTE;
	if (key < 32 || key >= KEYX_BASE)
		return false;
	secret_append(e->secret, utf8, text_encode(key, utf8));
	secret_wipe(utf8, sizeof utf8);
	return true;
}

static bool insert(struct edit *e, uint32_t cp)
{
	char utf8[4];
	size_t n = text_encode(cp, utf8);

	if (!text_is_clean(utf8, n) || e->len + n > e->max)
		return true;    /* an unusable or surplus character is swallowed, not turned into a command */
	memmove(e->text + e->at + n, e->text + e->at, e->len - e->at + 1);
	memcpy(e->text + e->at, utf8, n);
	e->len += n;
	e->at += n;
	return true;
}

bool edit_key(struct edit *e, uint32_t key)
{
	bool pasted = key & KEYX_PASTE;

	if (e->secret)
		return secret_key(e, key);
	key &= ~(uint32_t)KEYX_PASTE;
	if (pasted)
		return key >= 32 && key < KEYX_BASE ? insert(e, key) : true;
	switch (key) {
	case KEYX_LEFT: case 2:
		e->at = before(e, e->at);
		return true;
	case KEYX_RIGHT: case 6:
		e->at = after(e, e->at);
		return true;
	case KEYX_HOME: case 1:
		e->at = 0;
		return true;
	case KEYX_END: case 5:
		e->at = e->len;
		return true;
	case KEYX_BACKSPACE: case KEY_DEL: case 8:
		cut(e, before(e, e->at), e->at);
		return true;
	case KEYX_DELETE:
		cut(e, e->at, after(e, e->at));
		return true;
	case 21:                /* ^U */
		cut(e, 0, e->at);
		return true;
	case 11:                /* ^K */
		cut(e, e->at, e->len);
		return true;
	case 23: {              /* ^W */
		size_t from = e->at;

		while (from > 0 && e->text[from - 1] == ' ')
			from--;
		while (from > 0 && e->text[from - 1] != ' ')
			from--;
		cut(e, from, e->at);
		return true;
	}
	}
	if (key < 32 || key >= KEYX_BASE)
		return false;
	return insert(e, key);
}

void edit_draw(const struct edit *e, struct grid *g, struct rect r, int row, int col, int width, bool on)
{
	enum role role = on ? ROLE_FIELD_ON : ROLE_FIELD;
	struct rect in = {r.row + row, r.col + col, 1, width};
	size_t cols, from = 0;
	char head[EDIT_MAX];
	int cur;

	if (row < 0 || row >= r.rows || col >= r.cols || width < 1)
		return;
	if (col + width > r.cols)
		in.cols = width = r.cols - col;
	grid_fill(g, in, role);
	if (e->secret) {
		int n = (int)secret_chars(e->secret);

		for (int i = 0; i < n && i < width - 1; i++)
			grid_put(g, in, 0, i, role, "\xE2\x80\xA2");
		if (on)
			grid_cursor(g, in, 0, n < width - 1 ? n : width - 1);
		return;
	}
	memcpy(head, e->text, e->at);
	head[e->at] = '\0';
	cols = text_cols(head);
	while (cols >= (size_t)width) {         /* scroll so that the cursor shows */
		from = after(e, from);
		cols = text_cols(head + from);
	}
	cur = (int)cols;
	grid_put(g, in, 0, 0, role, e->text + from);
	if (on)
		grid_cursor(g, in, 0, cur);
}
