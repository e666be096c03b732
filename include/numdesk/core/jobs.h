#ifndef NUMDESK_CORE_JOBS_H
#define NUMDESK_CORE_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is running, for the footer: a title, a progress text, a way to stop. Jobs are named by id, never by pointer. */
struct jobs;
struct job_view { uint32_t id; const char *title, *progress; bool stoppable; };
typedef void job_stop_fn(void *ctx);

struct jobs *jobs_new(void);
void jobs_free(struct jobs *j);
uint32_t jobs_begin(struct jobs *j, const char *title, job_stop_fn *stop, void *ctx);   /* stop NULL: cannot be stopped */
void jobs_progress(struct jobs *j, uint32_t id, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void jobs_end(struct jobs *j, uint32_t id);
size_t jobs_list(const struct jobs *j, struct job_view *out, size_t max);               /* newest first */
bool jobs_stop_newest(struct jobs *j);          /* false when nothing stoppable runs */
void jobs_stop_all(struct jobs *j);
int64_t jobs_version(const struct jobs *j);     /* changes with every change: redraw */

#endif
