/*
 * The terminal. Frames come in as grids and curses sends the difference; keys go out as the numbers of key.h.
 *
 * endwin() is called once before the first frame: until the screen has been through it, ncurses 6.4 flushes after
 * every cursor movement (about 100 writes a frame instead of 8). keypad comes after that, for the same reason.
 */
#include "numdesk/tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "numdesk/tui/grid.h"
#include "numdesk/tui/key.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* curses' own KEY_ names collide with none of ours but KEY_RESIZE's family; these two are the paste brackets. */
enum { CODE_PASTE_ON = KEY_MAX + 1, CODE_PASTE_OFF };

#define MAX_FLUSHED (1 << 20)   /* keys: an endless stream must not hold the loop */
#define COPY_MAX 74994          /* terminals cut OSC 52 near 100 kB of base64 */

struct term {
	SCREEN *screen;
	bool color, ascii, pasting, whole;
	attr_t attr[ROLE_COUNT];
	short pair[ROLE_COUNT];
};

static struct termios saved_modes;
static volatile sig_atomic_t taken;
static const char reset_bytes[] = "\033[?2004l\033[?1049l\033[0m\033[?25h\033[?1l\033>";

bool term_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void set_roles(struct term *t)
{
	static const struct { enum role role; attr_t attr; short fg; } looks[] = {
		{ROLE_DIM, A_DIM, -1}, {ROLE_BOLD, A_BOLD, -1}, {ROLE_HEADER, A_REVERSE, -1}, {ROLE_TITLE, A_BOLD, -1},
		{ROLE_BORDER, A_DIM, -1}, {ROLE_FOCUS, A_BOLD, COLOR_CYAN}, {ROLE_CURSOR, A_REVERSE, -1},
		{ROLE_SHADE, A_UNDERLINE, -1}, {ROLE_MARK, A_BOLD, COLOR_YELLOW}, {ROLE_PRIMARY, A_BOLD, COLOR_YELLOW},
		{ROLE_GONE, A_DIM, -1}, {ROLE_KEY, A_BOLD, COLOR_CYAN}, {ROLE_ERROR, A_BOLD, COLOR_RED},
		{ROLE_WARN, A_BOLD, COLOR_YELLOW}, {ROLE_GOOD, A_BOLD, COLOR_GREEN}, {ROLE_FIELD, A_UNDERLINE, -1},
		{ROLE_FIELD_ON, A_REVERSE, -1}, {ROLE_TAG_RED, A_BOLD | A_REVERSE, COLOR_RED},
		{ROLE_TAG_GREEN, A_BOLD | A_REVERSE, COLOR_GREEN}, {ROLE_TAG_YELLOW, A_BOLD | A_REVERSE, COLOR_YELLOW},
		{ROLE_TAG_BLUE, A_BOLD | A_REVERSE, COLOR_BLUE}, {ROLE_TAG_MAGENTA, A_BOLD | A_REVERSE, COLOR_MAGENTA},
		{ROLE_TAG_CYAN, A_BOLD | A_REVERSE, COLOR_CYAN},
	};

	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		t->attr[looks[i].role] = looks[i].attr;
		if (t->color && looks[i].fg >= 0) {
			init_pair((short)(i + 1), looks[i].fg, -1);
			t->pair[looks[i].role] = (short)(i + 1);
		}
	}
}

static void bracketed_paste(bool on)
{
	fputs(on ? "\033[?2004h" : "\033[?2004l", stdout);
	fflush(stdout);
}

bool term_open(struct term **out, const struct term_options *o, struct err *e)
{
	const char *name = file_env("TERM");
	struct term *t;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, "the screen needs a terminal; in a script use a command, see 'numdesk --help'");
	if (!name || strcmp(name, "dumb") == 0)
		return err_set(e, ERR_CONFIG, "TERM is '%s', which cannot show a screen; use a command such as 'numdesk list'",
			       name ? name : "");
	tcgetattr(STDIN_FILENO, &saved_modes);
	t = mem_alloc(sizeof *t);
	set_escdelay(25);
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		free(t);
		return err_set(e, ERR_CONFIG, "the terminal type '%s' is unknown here; try: TERM=xterm numdesk", name);
	}
	taken = 1;
	endwin();
	refresh();
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	define_key("\033[200~", CODE_PASTE_ON);
	define_key("\033[201~", CODE_PASTE_OFF);
	t->color = o->color && has_colors() && start_color() == OK && use_default_colors() == OK;
	t->ascii = o->ascii;
	set_roles(t);
	bracketed_paste(true);
	t->whole = true;
	*out = t;
	return true;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	bracketed_paste(false);
	endwin();
	delscreen(t->screen);
	tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
	taken = 0;
	free(t);
}

void term_suspend(struct term *t)
{
	(void)t;
	bracketed_paste(false);
	endwin();
	taken = 0;
}

void term_resume(struct term *t)
{
	taken = 1;
	term_resize(t);
	bracketed_paste(true);
	term_redraw(t);
}

void term_resize(struct term *t)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0)
		resizeterm(ws.ws_row, ws.ws_col);
	t->whole = true;
}

void term_size(const struct term *t, int *rows, int *cols)
{
	(void)t;
	getmaxyx(stdscr, *rows, *cols);
}

void term_redraw(struct term *t)
{
	t->whole = true;
}

void term_present(struct term *t, const struct grid *g)
{
	int rows, cols;

	getmaxyx(stdscr, rows, cols);
	if (t->whole)
		clearok(curscr, TRUE);
	t->whole = false;
	erase();
	for (int i = 0; i < g->rows && i < rows; i++)
		for (int j = 0; j < g->cols && j < cols; j++) {
			const struct cell *c = &g->cells[i * g->cols + j];
			wchar_t w[CCHARW_MAX + 1];
			cchar_t cc;
			size_t n = 0, left = strlen(c->s);

			if (c->width == 0 || (c->role == ROLE_NORMAL && c->s[0] == ' '))
				continue;
			for (const char *p = c->s; left > 0 && n < CCHARW_MAX;) {
				uint32_t cp;
				size_t used = text_decode(p, left, &cp);

				w[n++] = (wchar_t)cp;
				p += used, left -= used;
			}
			w[n] = L'\0';
			if (setcchar(&cc, w, t->attr[c->role], t->pair[c->role], NULL) == OK)
				mvadd_wch(i, j, &cc);   /* the bottom right cell answers ERR though it is drawn */
		}
	if (g->cursor_row >= 0 && g->cursor_row < rows && g->cursor_col < cols) {
		curs_set(1);
		move(g->cursor_row, g->cursor_col);
	} else {
		curs_set(0);
	}
	refresh();
}

static uint32_t special(wint_t k)
{
	switch (k) {
	case KEY_UP: return KEYX_UP;
	case KEY_DOWN: return KEYX_DOWN;
	case KEY_LEFT: return KEYX_LEFT;
	case KEY_RIGHT: return KEYX_RIGHT;
	case KEY_HOME: case KEY_FIND: return KEYX_HOME;
	case KEY_END: case KEY_SELECT: return KEYX_END;
	case KEY_PPAGE: return KEYX_PGUP;
	case KEY_NPAGE: return KEYX_PGDN;
	case KEY_BTAB: return KEYX_BACKTAB;
	case KEY_DC: return KEYX_DELETE;
	case KEY_BACKSPACE: return KEYX_BACKSPACE;
	case KEY_IC: return KEYX_INSERT;
	case KEY_F(1): return KEYX_F1;
	case KEY_ENTER: return KEY_RETURN;
	default: return KEY_NONE;
	}
}

uint32_t term_key(struct term *t, bool *hung_up)
{
	for (;;) {
		wint_t k;
		int rc = get_wch(&k);
		uint32_t key;

		*hung_up = false;
		if (rc == ERR) {
			/* no key, or no terminal any more: a dead one answers ERR at once for ever */
			struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

			if (poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL)))
				*hung_up = true;
			return KEY_NONE;
		}
		if (rc == KEY_CODE_YES) {
			if (k == CODE_PASTE_ON || k == CODE_PASTE_OFF) {
				t->pasting = k == CODE_PASTE_ON;
				continue;
			}
			if (k == KEY_RESIZE || (key = special(k)) == KEY_NONE)
				continue;
			return key;
		}
		key = (uint32_t)k;
		if (key == '\n')
			key = KEY_RETURN;
		return t->pasting ? key | KEYX_PASTE : key;
	}
}

/* Key by key, not by flushinp: that would drop the end of a paste, and all that is typed later would count as pasted. */
void term_flush_input(struct term *t)
{
	bool gone = false;

	for (int i = 0; i < MAX_FLUSHED && term_key(t, &gone) != KEY_NONE; i++)
		;
}

static void base64(struct buf *b, const unsigned char *p, size_t n)
{
	static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);

		buf_addc(b, abc[v >> 18]);
		buf_addc(b, abc[v >> 12 & 63]);
		buf_addc(b, i + 1 < n ? abc[v >> 6 & 63] : '=');
		buf_addc(b, i + 2 < n ? abc[v & 63] : '=');
	}
}

bool term_copy(struct term *t, const char *text)
{
	struct buf b;
	bool tmux = file_env("TMUX"), screen = !tmux && file_env("STY");

	(void)t;
	if (strlen(text) > COPY_MAX)
		return false;
	buf_init(&b, 4 * COPY_MAX);
	/* inside a multiplexer the sequence is wrapped so that it reaches the outer terminal */
	buf_adds(&b, tmux ? "\033Ptmux;\033\033]52;c;" : screen ? "\033P\033]52;c;" : "\033]52;c;");
	base64(&b, (const unsigned char *)text, strlen(text));
	buf_adds(&b, tmux ? "\033\033\\\033\\" : screen ? "\a\033\\" : "\033\\");
	fwrite(b.s, 1, b.len, stdout);
	fflush(stdout);
	buf_release(&b);
	return true;
}

void term_emergency(void)
{
	if (!taken)
		return;
	taken = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
	if (write(STDOUT_FILENO, reset_bytes, sizeof reset_bytes - 1) < 0)
		return;         /* nothing more can be done from here */
}
