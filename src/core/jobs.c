#include "numdesk/core/jobs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/mem.h"

/* Few run at a time, so the table is searched; a job's texts are its own. */
struct job {
	uint32_t id;
	char title[64], progress[160];
	job_stop_fn *stop;
	void *ctx;
};
struct jobs {
	struct job *job; size_t n, cap;
	uint32_t last_id;
	int64_t version;
};

struct jobs *jobs_new(void)
{
	return mem_alloc(sizeof(struct jobs));
}

void jobs_free(struct jobs *j)
{
	if (!j)
		return;
	free(j->job);
	free(j);
}

static struct job *find(const struct jobs *j, uint32_t id)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->job[i].id == id)
			return &j->job[i];
	return NULL;
}

uint32_t jobs_begin(struct jobs *j, const char *title, job_stop_fn *stop, void *ctx)
{
	struct job *job;

	if (j->n == j->cap) {
		j->cap = j->cap ? j->cap * 2 : 8;
		j->job = mem_grow(j->job, j->cap, sizeof *j->job);
	}
	job = &j->job[j->n++];
	*job = (struct job){.id = ++j->last_id, .stop = stop, .ctx = ctx};
	snprintf(job->title, sizeof job->title, "%s", title);
	j->version++;
	return job->id;
}

void jobs_progress(struct jobs *j, uint32_t id, const char *fmt, ...)
{
	struct job *job = find(j, id);
	va_list ap;

	if (!job)
		return;
	va_start(ap, fmt);
	vsnprintf(job->progress, sizeof job->progress, fmt, ap);
	va_end(ap);
	j->version++;
}

void jobs_end(struct jobs *j, uint32_t id)
{
	struct job *job = find(j, id);
	const size_t i = job ? (size_t)(job - j->job) : 0;

	if (!job)
		return;
	memmove(job, job + 1, (j->n - i - 1) * sizeof *job);
	j->n--;
	j->version++;
}

size_t jobs_list(const struct jobs *j, struct job_view *out, size_t max)
{
	size_t n = 0;

	for (size_t i = j->n; i > 0 && n < max; i--) {
		const struct job *job = &j->job[i - 1];

		out[n++] = (struct job_view){.id = job->id, .title = job->title, .progress = job->progress,
					     .stoppable = job->stop != NULL};
	}
	return n;
}

/* The function may end its job, or begin another: nothing of the table is used after the call. */
bool jobs_stop_newest(struct jobs *j)
{
	for (size_t i = j->n; i > 0; i--) {
		if (j->job[i - 1].stop) {
			j->version++;
			j->job[i - 1].stop(j->job[i - 1].ctx);
			return true;
		}
	}
	return false;
}

/* The oldest job younger than id; the table is in order of age. */
static struct job *next_after(const struct jobs *j, uint32_t id)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->job[i].id > id)
			return &j->job[i];
	return NULL;
}

void jobs_stop_all(struct jobs *j)
{
	const uint32_t newest = j->last_id;
	struct job *job;

	for (uint32_t id = 0; (job = next_after(j, id)) && job->id <= newest;) {
		id = job->id;
		if (job->stop)
			job->stop(job->ctx);
	}
	j->version++;
}

int64_t jobs_version(const struct jobs *j)
{
	return j->version;
}
