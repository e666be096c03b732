#include "test.h"

#include <string.h>

#include "numdesk/core/jobs.h"
#include "numdesk/util/mem.h"

struct stopper { struct jobs *j; uint32_t id; int stopped; };

static void stop_and_end(void *ctx)
{
	struct stopper *s = ctx;

	s->stopped++;
	jobs_end(s->j, s->id);
}

static void stop_only(void *ctx)
{
	((struct stopper *)ctx)->stopped++;
}

static void test_nothing(void **state)
{
	struct jobs *j = jobs_new();
	struct job_view v[2];

	(void)state;
	assert_int_equal(jobs_list(j, v, 2), 0);
	assert_false(jobs_stop_newest(j));
	jobs_stop_all(j);
	jobs_end(j, 0);
	jobs_end(j, 9);
	jobs_progress(j, 9, "x");
	jobs_free(j);
	jobs_free(NULL);
}

static void test_list_newest_first(void **state)
{
	struct jobs *j = jobs_new();
	struct job_view v[8];
	uint32_t a, b;
	int64_t version = jobs_version(j);

	(void)state;
	a = jobs_begin(j, "refreshing", stop_only, NULL);
	b = jobs_begin(j, "searching", NULL, NULL);
	assert_int_not_equal(a, 0);
	assert_true(jobs_version(j) > version);
	version = jobs_version(j);
	jobs_progress(j, a, "page %d, %s numbers", 3, "2,134");
	assert_true(jobs_version(j) > version);
	assert_int_equal(jobs_list(j, v, 1), 1);
	assert_int_equal(jobs_list(j, v, ARRAY_LEN(v)), 2);
	assert_int_equal(v[0].id, b);
	assert_false(v[0].stoppable);
	assert_string_equal(v[0].progress, "");
	assert_string_equal(v[1].title, "refreshing");
	assert_string_equal(v[1].progress, "page 3, 2,134 numbers");
	assert_true(v[1].stoppable);
	jobs_end(j, b);
	assert_int_equal(jobs_list(j, v, ARRAY_LEN(v)), 1);
	assert_int_equal(v[0].id, a);
	jobs_free(j);
}

static void test_stopping(void **state)
{
	struct jobs *j = jobs_new();
	struct stopper a = {.j = j}, b = {.j = j};
	struct job_view v[8];

	(void)state;
	a.id = jobs_begin(j, "a", stop_and_end, &a);
	b.id = jobs_begin(j, "b", stop_and_end, &b);
	jobs_begin(j, "not stoppable", NULL, NULL);
	assert_true(jobs_stop_newest(j));
	assert_int_equal(b.stopped, 1);
	assert_int_equal(a.stopped, 0);
	b.id = jobs_begin(j, "b", stop_only, &b);
	jobs_stop_all(j);
	assert_int_equal(a.stopped, 1);
	assert_int_equal(b.stopped, 2);
	assert_int_equal(jobs_list(j, v, ARRAY_LEN(v)), 2);     /* b ends when it has come to rest */
	jobs_free(j);
}

static void test_many(void **state)
{
	struct jobs *j = jobs_new();
	struct job_view v[64];
	uint32_t ids[40];

	(void)state;
	for (int i = 0; i < 40; i++)
		ids[i] = jobs_begin(j, "x", NULL, NULL);
	for (int i = 0; i < 40; i += 2)
		jobs_end(j, ids[i]);
	assert_int_equal(jobs_list(j, v, ARRAY_LEN(v)), 20);
	assert_int_equal(v[0].id, ids[39]);
	assert_int_equal(v[19].id, ids[1]);
	jobs_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_list_newest_first),
		cmocka_unit_test(test_stopping), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
