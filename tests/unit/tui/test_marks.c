#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/tui/marks.h"

static void empty_set(void **state)
{
	struct mark_set m = {0};

	(void)state;
	assert_false(mark_has(&m, "x"));
	mark_toggle(&m, "");
	mark_clear(&m);
	assert_int_equal(m.n, 0);
	mark_release(&m);
}

static void toggling(void **state)
{
	struct mark_set m = {0};

	(void)state;
	mark_toggle(&m, "a");
	mark_toggle(&m, "b");
	mark_toggle(&m, "a");
	assert_false(mark_has(&m, "a"));
	assert_true(mark_has(&m, "b"));
	assert_int_equal(m.n, 1);
	mark_clear(&m);
	assert_false(mark_has(&m, "b"));
	mark_release(&m);
}

/* Compared with a plain array of flags, through growth, collisions and removals in every order. */
static void against_a_model(void **state)
{
	enum { N = 5000 };
	static bool in[N];
	struct mark_set m = {0};
	uint32_t seed = 12345;
	size_t count = 0;

	(void)state;
	for (int step = 0; step < 60000; step++) {
		char key[SID_SIZE];
		int i;

		seed = seed * 1664525u + 1013904223u;
		i = (int)(seed >> 8) % N;
		snprintf(key, sizeof key, "PN%032x", i * 977);
		mark_toggle(&m, key);
		in[i] = !in[i];
		count = in[i] ? count + 1 : count - 1;
		assert_int_equal(m.n, count);
	}
	for (int i = 0; i < N; i++) {
		char key[SID_SIZE];

		snprintf(key, sizeof key, "PN%032x", i * 977);
		assert_int_equal(mark_has(&m, key), in[i]);
	}
	mark_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_set), cmocka_unit_test(toggling), cmocka_unit_test(against_a_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
