#include "numdesk/util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

enum {
	ROTATE_BYTES = 4 << 20, RING_LINES = 200, MESSAGE_MAX = 16 << 10,
	WORDS_MAX = 64, WORD_MIN = 8, WORD_MAX = 128,
};

static const char *const level_names[] = {
	[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug",
};

static struct {
	int fd;                         /* valid when is_open */
	bool is_open;
	enum log_level level;
	char *ring[RING_LINES];         /* line i is ring[i % RING_LINES] */
	size_t lines;                   /* ever written */
	struct secret *words[WORDS_MAX];
	size_t n_words;
} state = {.level = LOG_INFO};

static bool move_aside(const char *path, struct err *e)
{
	char old[PATH_MAX];
	struct stat st;

	if (lstat(path, &st) < 0 || st.st_size <= ROTATE_BYTES)
		return true;
	if (snprintf(old, sizeof old, "%s.1", path) >= (int)sizeof old)
		errno = ENAMETOOLONG;
	else if (rename(path, old) == 0)
		return true;
	return err_set(e, ERR_IO, "cannot move the log '%s' aside: %s", path, strerror(errno));
}

bool log_open(const char *path, enum log_level level, struct err *e)
{
	int fd;

	log_close();
	state.level = level;
	if (!file_check_private(path, NULL, e) || !move_aside(path, e))
		return false;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, ERR_IO, "cannot open the log '%s': %s", path, strerror(errno));
	state.fd = fd;
	state.is_open = true;
	return true;
}

void log_close(void)
{
	if (state.is_open)
		close(state.fd);
	state.is_open = false;
}

bool log_level_parse(const char *s, enum log_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(level_names); i++)
		if (strcmp(s, level_names[i]) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

static bool is_known(const char *word, size_t n)
{
	for (size_t i = 0; i < state.n_words; i++) {
		const char *known = secret_use(state.words[i]);
		const bool same = secret_len(state.words[i]) == n && memcmp(known, word, n) == 0;

		secret_done(state.words[i]);
		if (same)
			return true;
	}
	return false;
}

void log_redact(const char *word, size_t n)
{
	if (n < WORD_MIN)               /* shorter ones would blot out ordinary text */
		return;
	if (n > WORD_MAX)               /* its beginning gives it away, and redact_word takes what hangs on */
		n = WORD_MAX;
	if (is_known(word, n))
		return;
	if (state.n_words == WORDS_MAX) {
		secret_free(state.words[0]);
		memmove(state.words, state.words + 1, (WORDS_MAX - 1) * sizeof state.words[0]);
		state.n_words--;
	}
	state.words[state.n_words++] = secret_from(word, n);
}

void log_forget(void)
{
	while (state.n_words > 0)
		secret_free(state.words[--state.n_words]);
}

/* A copy of s without the word; what the original held is wiped. */
static char *redact_word(char *s, const char *word, size_t n)
{
	struct buf out;
	char *rest = s, *hit;

	if (!strstr(s, word))
		return s;
	buf_init(&out, SIZE_MAX);
	while ((hit = strstr(rest, word))) {
		buf_add(&out, rest, (size_t)(hit - rest));
		buf_adds(&out, "[redacted]");
		rest = hit + n;
		while (n == WORD_MAX && *rest && *rest != ' ')
			rest++;
	}
	buf_adds(&out, rest);
	secret_wipe(s, strlen(s));
	free(s);
	return buf_take(&out);
}

static char *redact(char *s)
{
	for (size_t i = 0; i < state.n_words; i++) {
		s = redact_word(s, secret_use(state.words[i]), secret_len(state.words[i]));
		secret_done(state.words[i]);
	}
	return s;
}

char *log_redacted(const char *text)
{
	return redact(mem_dup(text));
}

/* The finished line without its newline. Words go before cleaning changes their spelling. */
static char *make_line(enum log_level level, const char *module, char *message)
{
	char when[32];
	struct buf b;

	message = redact(message);
	buf_init(&b, SIZE_MAX);
	buf_addf(&b, "%s %-5s %s: ", clock_iso(clock_system.wall_ms(&clock_system) / 1000, when, sizeof when),
		 level_names[level], module);
	text_clean_add(&b, message, strlen(message));
	free(message);
	return redact(buf_take(&b));
}

static void write_line(const char *line)
{
	char *with_newline;
	size_t n;

	if (!state.is_open)
		return;
	with_newline = mem_printf("%s\n", line);
	n = strlen(with_newline);
	/* one write, so that lines of two sessions do not mix; a full disk must not stop the program */
	(void)!write(state.fd, with_newline, n);
	free(with_newline);
}

void log_write(enum log_level level, const char *module, const char *fmt, ...)
{
	struct buf b;
	va_list ap;
	char **slot;

	if (level > state.level)
		return;
	buf_init(&b, MESSAGE_MAX);
	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	if (b.overflow) {
		buf_clear(&b);
		buf_adds(&b, "(message too long)");
	}
	slot = &state.ring[state.lines++ % RING_LINES];
	free(*slot);
	*slot = make_line(level, module, buf_take(&b));
	write_line(*slot);
}

size_t log_recent(const char **lines, size_t max)
{
	size_t n = state.lines < RING_LINES ? state.lines : RING_LINES;

	n = n < max ? n : max;
	for (size_t i = 0; i < n; i++)
		lines[i] = state.ring[(state.lines - n + i) % RING_LINES];
	return n;
}
