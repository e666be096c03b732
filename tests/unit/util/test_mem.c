#include "test.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numdesk/util/mem.h"

static void degenerate(void **state)
{
	struct arena a = {0};
	struct buf b;
	char *s;

	(void)state;
	assert_null(mem_dup(NULL));
	assert_null(arena_dup(&a, NULL));
	arena_reset(&a);
	arena_release(&a);
	buf_init(&b, 0);
	assert_string_equal(buf_str(&b), "");
	assert_true(buf_add(&b, NULL, 0));
	assert_false(buf_addc(&b, 'x'));
	s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
	buf_release(&b);
	free(mem_alloc(0));
	free(mem_grow(NULL, 0, 8));
}

static void memory_is_zeroed(void **state)
{
	unsigned char *p = mem_array(100, 3);

	(void)state;
	for (int i = 0; i < 300; i++)
		assert_int_equal(p[i], 0);
	free(p);
}

static void strings_are_copied(void **state)
{
	char *a = mem_dupn("415555", 3), *b = mem_printf("%s-%04d", a, 42), *c = mem_dup(b);

	(void)state;
	assert_string_equal(a, "415");
	assert_string_equal(b, "415-0042");
	assert_string_equal(c, b);
	free(a), free(b), free(c);
}

static void buffer_grows_to_its_ceiling(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	for (int i = 0; i < 1000; i++)
		assert_true(buf_addc(&b, 'x'));
	assert_int_equal(b.len, 1000);
	assert_false(b.overflow);
	assert_false(buf_addc(&b, 'y'));
	assert_true(b.overflow);
	assert_int_equal(strlen(buf_str(&b)), 1000);
	buf_release(&b);
}

static void overflow_sticks_and_appends_nothing(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	assert_true(buf_adds(&b, "abc"));
	assert_false(buf_adds(&b, "def"));
	assert_false(buf_adds(&b, ""));
	assert_false(buf_addf(&b, "%d", 1));
	assert_string_equal(buf_str(&b), "abc");
	buf_clear(&b);
	assert_false(b.overflow);
	assert_string_equal(buf_str(&b), "");
	assert_true(buf_addf(&b, "%d-%s", 12, "ab"));
	assert_string_equal(buf_str(&b), "12-ab");
	buf_release(&b);
}

static void formatted_append_that_does_not_fit_is_dropped_whole(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	assert_false(buf_addf(&b, "%s", "123456789"));
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void take_leaves_an_empty_buffer(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, 64);
	buf_adds(&b, "one");
	s = buf_take(&b);
	assert_string_equal(s, "one");
	assert_int_equal(b.len, 0);
	buf_adds(&b, "two");
	assert_string_equal(buf_str(&b), "two");
	assert_string_equal(s, "one");
	free(s);
	buf_release(&b);
}

static void arena_hands_out_zeroed_aligned_memory(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_alloc(&a, n);

		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
	}
	arena_release(&a);
	assert_null(a.head);
}

static void arena_zeroes_again_after_reset(void **state)
{
	struct arena a = {0};
	char *s;

	(void)state;
	memset(arena_alloc(&a, 1000), 0xAA, 1000);
	assert_true(a.used >= 1000);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	s = arena_alloc(&a, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(s[i], 0);
	arena_release(&a);
}

static void arena_takes_more_than_a_block(void **state)
{
	struct arena a = {0};
	char *small = arena_dup(&a, "small"), *big = arena_alloc(&a, 1 << 20);

	(void)state;
	memset(big, 'x', 1 << 20);
	assert_string_equal(small, "small");
	assert_string_equal(arena_printf(&a, "%d %s", 7, "rows"), "7 rows");
	assert_string_equal(arena_dupn(&a, "abcdef", 2), "ab");
	arena_reset(&a);
	arena_release(&a);
}

static void say_hook(void)
{
	(void)!write(STDOUT_FILENO, "hook", 4);
}

/* What the program does without memory, seen from outside. */
static void die(void (*how)(void), char *out, size_t out_size, int *status)
{
	int fds[2];
	ssize_t n;
	pid_t pid;
	size_t len = 0;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		mem_on_oom(say_hook);
		how();
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], out + len, out_size - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	close(fds[0]);
	waitpid(pid, status, 0);
}

/* The product is 4 when nobody looks. */
static void overflow_array(void)
{
	free(mem_array(SIZE_MAX / 4 + 2, 4));
}

static void overflow_grow(void)
{
	free(mem_grow(NULL, SIZE_MAX / 4 + 2, 4));
}

static void overflow_arena(void)
{
	struct arena a = {0};

	arena_alloc(&a, SIZE_MAX);
}

static void without_memory_the_hook_runs_and_the_program_ends(void **state)
{
	static void (*const ways[])(void) = {overflow_array, overflow_grow, overflow_arena};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		char out[256];
		int status;

		die(ways[i], out, sizeof out, &status);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 70);
		assert_string_equal(out, "hooknumdesk: out of memory\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(degenerate),
		cmocka_unit_test(memory_is_zeroed),
		cmocka_unit_test(strings_are_copied),
		cmocka_unit_test(buffer_grows_to_its_ceiling),
		cmocka_unit_test(overflow_sticks_and_appends_nothing),
		cmocka_unit_test(formatted_append_that_does_not_fit_is_dropped_whole),
		cmocka_unit_test(take_leaves_an_empty_buffer),
		cmocka_unit_test(arena_hands_out_zeroed_aligned_memory),
		cmocka_unit_test(arena_zeroes_again_after_reset),
		cmocka_unit_test(arena_takes_more_than_a_block),
		cmocka_unit_test(without_memory_the_hook_runs_and_the_program_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
