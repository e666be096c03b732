#include "tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#define DEADLINE_MS 15000

struct pty {
	int fd;
	pid_t pid;
	int status;             /* of waitpid, -1 while it runs */
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	char *text; size_t text_cap;
	char *raw; size_t raw_len, raw_cap;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void child(const char *const *argv, const char *const *env)
{
	static char *base[40];
	size_t n = 0;
	char path[2048], lsan[300];

	snprintf(path, sizeof path, "PATH=%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	base[n++] = path;
	base[n++] = strdup("LANG=C.UTF-8");
	base[n++] = strdup("TERM=xterm-256color");
	base[n++] = strdup("HOME=/nonexistent");
	if (getenv("ASAN_OPTIONS")) {
		snprintf(lsan, sizeof lsan, "ASAN_OPTIONS=%s", getenv("ASAN_OPTIONS"));
		base[n++] = lsan;
	}
	for (size_t i = 0; env && env[i] && n < 39; i++)
		base[n++] = strdup(env[i]);     /* a later one wins nothing: tests give each name once more than the base */
	base[n] = NULL;
	/* a name given again replaces the base's */
	for (size_t i = 0; base[i]; i++)
		for (size_t j = i + 1; base[j]; j++)
			if (strncmp(base[i], base[j], strcspn(base[i], "=") + 1) == 0)
				base[i] = base[j];
	char *args[40];
	size_t k = 0;

	for (; argv[k] && k < 39; k++)
		args[k] = strdup(argv[k]);
	args[k] = NULL;
	execve(argv[0], args, base);
	_exit(127);
}

struct pty *pty_start(const char *const *argv, const char *const *env, int rows, int cols)
{
	struct pty *p = calloc(1, sizeof *p);
	struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid < 0) {
		perror("forkpty");
		abort();
	}
	if (p->pid == 0)
		child(argv, env);
	fcntl(p->fd, F_SETFD, FD_CLOEXEC);
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	p->status = -1;
	p->rows = rows, p->cols = cols;
	p->vt = vterm_new(rows, cols);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	return p;
}

/* Take what the program wrote within ms; false when there was nothing. */
static bool pump(struct pty *p, int ms)
{
	struct pollfd f = {.fd = p->fd, .events = POLLIN};
	char b[8192];
	ssize_t n;

	if (p->fd < 0 || poll(&f, 1, ms) <= 0)
		return false;
	n = read(p->fd, b, sizeof b);
	if (n <= 0)
		return false;
	if (p->raw_len + (size_t)n > p->raw_cap) {
		p->raw_cap = (p->raw_len + (size_t)n) * 2;
		p->raw = realloc(p->raw, p->raw_cap);
	}
	memcpy(p->raw + p->raw_len, b, (size_t)n);
	p->raw_len += (size_t)n;
	vterm_input_write(p->vt, b, (size_t)n);
	/* answers of the terminal (cursor reports) are thrown away: the program asks for none */
	char back[256];
	while (vterm_output_read(p->vt, back, sizeof back) > 0)
		;
	return true;
}

void pty_free(struct pty *p)
{
	if (!p)
		return;
	if (p->status == -1) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	if (p->fd >= 0)
		close(p->fd);
	vterm_free(p->vt);
	free(p->text);
	free(p->raw);
	free(p);
}

void pty_send(struct pty *p, const char *keys)
{
	size_t n = strlen(keys);

	while (n > 0) {
		ssize_t w = write(p->fd, keys, n);

		if (w < 0 && errno == EAGAIN) {
			pump(p, 50);
			continue;
		}
		if (w <= 0)
			return;
		keys += w;
		n -= (size_t)w;
	}
}

void pty_type(struct pty *p, const char *text)
{
	int64_t end = now_ms() + DEADLINE_MS;
	int left = 1;

	pty_send(p, text);
	while (left > 0 && now_ms() < end) {
		pump(p, 5);
		if (ioctl(p->fd, TIOCOUTQ, &left) != 0)
			break;
	}
	pty_settle(p, 30);
}

void pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	p->rows = rows, p->cols = cols;
	vterm_set_size(p->vt, rows, cols);
	ioctl(p->fd, TIOCSWINSZ, &ws);
}

pid_t pty_pid(const struct pty *p)
{
	return p->pid;
}

void pty_hangup(struct pty *p)
{
	close(p->fd);
	p->fd = -1;
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80)
		return out[0] = (char)c, 1;
	if (c < 0x800)
		return out[0] = (char)(0xC0 | c >> 6), out[1] = (char)(0x80 | (c & 63)), 2;
	if (c < 0x10000)
		return out[0] = (char)(0xE0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 63)), out[2] = (char)(0x80 | (c & 63)), 3;
	return out[0] = (char)(0xF0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 63)), out[2] = (char)(0x80 | (c >> 6 & 63)),
	       out[3] = (char)(0x80 | (c & 63)), 4;
}

const char *pty_screen(struct pty *p)
{
	size_t need = (size_t)p->rows * ((size_t)p->cols * 4 * VTERM_MAX_CHARS_PER_CELL + 1) + 1, at = 0;

	while (pump(p, 0))
		;
	if (need > p->text_cap)
		p->text = realloc(p->text, p->text_cap = need);
	for (int r = 0; r < p->rows; r++) {
		size_t start = at;

		for (int c = 0; c < p->cols;) {
			VTermScreenCell cell;
			VTermPos pos = {.row = r, .col = c};

			vterm_screen_get_cell(p->screen, pos, &cell);
			if (cell.chars[0] == 0 || cell.chars[0] == (uint32_t)-1)
				p->text[at++] = ' ';
			else
				for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
					at += put_utf8(p->text + at, cell.chars[i]);
			c += cell.width > 0 ? cell.width : 1;
		}
		while (at > start && p->text[at - 1] == ' ')
			at--;
		p->text[at++] = '\n';
	}
	p->text[at] = '\0';
	return p->text;
}

static bool expect(struct pty *p, const char *text, bool there)
{
	int64_t end = now_ms() + DEADLINE_MS;

	for (;;) {
		if ((strstr(pty_screen(p), text) != NULL) == there)
			return true;
		if (now_ms() > end)
			break;
		pump(p, 20);
		if (p->status == -1 && waitpid(p->pid, &p->status, WNOHANG) == p->pid) {
			if ((strstr(pty_screen(p), text) != NULL) == there)
				return true;
			break;
		}
	}
	printf("expected %s'%s' on the screen, which is\n%s\n", there ? "" : "no ", text, pty_screen(p));
	return false;
}

bool pty_expect(struct pty *p, const char *text)
{
	return expect(p, text, true);
}

bool pty_expect_gone(struct pty *p, const char *text)
{
	return expect(p, text, false);
}

void pty_settle(struct pty *p, int quiet_ms)
{
	int64_t end = now_ms() + 5000;

	while (now_ms() < end && pump(p, quiet_ms))
		;
}

int pty_wait(struct pty *p)
{
	int64_t end = now_ms() + DEADLINE_MS;

	while (p->status == -1 && now_ms() < end) {
		pump(p, 10);
		if (waitpid(p->pid, &p->status, WNOHANG) != p->pid)
			p->status = -1;
		if (p->fd < 0 && p->status == -1)
			poll(NULL, 0, 5);
	}
	if (p->status == -1)
		return -1;
	while (pump(p, 0))
		;
	return WIFEXITED(p->status) ? WEXITSTATUS(p->status) : 128 + WTERMSIG(p->status);
}

const char *pty_raw(const struct pty *p, size_t *len)
{
	*len = p->raw_len;
	return p->raw;
}
