#ifndef NUMDESK_UTIL_LOG_H
#define NUMDESK_UTIL_LOG_H

#include <stdbool.h>
#include <stddef.h>
struct err;

/* The program's log: one file, 0600, one cleaned line per event, never a secret, never a message body. Before
 * log_open, and when it failed, lines are kept only in the ring. Call from the loop's thread only. */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

bool log_open(const char *path, enum log_level level, struct err *e);   /* appends; a file over 4 MiB is moved to .1 first */
void log_close(void);
void log_write(enum log_level level, const char *module, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool log_level_parse(const char *s, enum log_level *out);

/* Words that must never appear: each line is searched and a hit replaced by "[redacted]". Keeps a keyed hash-free
 * locked copy; log_forget wipes them (call at lock and at exit). At most 64 words, each 8..128 bytes. */
void log_redact(const char *word, size_t n);
void log_forget(void);
/* The same done to a text that goes elsewhere, such as a server's own words in a message. A copy; caller frees. */
char *log_redacted(const char *text);

/* The last lines (newest last) for the messages overlay; borrowed until the next log_write. */
size_t log_recent(const char **lines, size_t max);

#endif
