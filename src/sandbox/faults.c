#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "out.h"
#include "request.h"

enum { SCENARIO_MAX = 1 << 20 };

struct fault_rule {
	struct fault_rule *next;
	char *method, *path_contains;   /* NULL: any */
	int64_t nth, times;
	int64_t seen, applied;
	struct fault fault;
	struct arena arena;             /* texts of fault */
};

static const struct { const char *name; bool exec; } modes[] = {
#define FAULT(id, name, exec, help) {name, exec},
#include "faults.def"
#undef FAULT
};

bool fault_executes(enum fault_mode m)
{
	return modes[m].exec;
}

static void rule_free(struct fault_rule *r)
{
	arena_release(&r->arena);
	free(r->method);
	free(r->path_contains);
	free(r);
}

void faults_clear(struct fault_rules *r)
{
	while (r->first) {
		struct fault_rule *rule = r->first;

		r->first = rule->next;
		rule_free(rule);
	}
}

static bool read_mode(const char *name, enum fault_mode *m, struct err *e)
{
	for (int i = 0; name && i < FAULT_MODE_COUNT; i++)
		if (strcmp(modes[i].name, name) == 0) {
			*m = (enum fault_mode)i;
			return true;
		}
	return err_set(e, ERR_USAGE, "unknown fault mode '%s'", name ? name : "");
}

static const char *text_of(const struct json *v, const char *name, struct arena *a)
{
	return arena_dup(a, json_text(v, name));
}

static int small_int(const struct json *v, const char *name)
{
	int64_t n;

	return json_i64(v, name, &n) ? (int)n : 0;
}

/* "arg" as a number counts as ms, bytes or status, whichever the mode wants; as a text, as the text. */
static void read_arg(const struct json *rule, struct fault *f, struct arena *a)
{
	const struct json *arg = json_get(rule, "arg");
	int64_t n;

	f->number = -1;
	if (json_is_object(arg)) {
		if (json_i64(arg, "ms", &n) || json_i64(arg, "bytes", &n))
			f->number = n;
		f->status = small_int(arg, "status");
		if (!f->status && !json_is_null_or_absent(arg, "status"))
			f->status = -1;         /* "status": 0 asks for a closed connection */
		f->code = small_int(arg, "code");
		f->text = text_of(arg, "text", a);
		f->name = text_of(arg, "name", a);
		f->raw = text_of(arg, "raw", a);
	} else if (arg && json_string(arg)) {
		f->text = text_of(rule, "arg", a);
	}
	if (!json_is_object(arg) && json_i64(rule, "arg", &n))
		f->number = n;
}

static struct fault_rule *read_rule(const struct json *v, struct err *e)
{
	const struct json *match = json_get(v, "match");
	struct fault_rule *r = mem_alloc(sizeof *r);

	r->nth = r->times = 1;
	json_i64(v, "times", &r->times);
	if (match) {
		r->method = mem_dup(json_text(match, "method"));
		r->path_contains = mem_dup(json_text(match, "path_contains"));
		json_i64(match, "nth", &r->nth);
	}
	read_arg(v, &r->fault, &r->arena);
	if (read_mode(json_text(v, "mode"), &r->fault.mode, e))
		return r;
	rule_free(r);
	return NULL;
}

static bool read_all(const struct json *doc, struct fault_rules *out, struct err *e)
{
	struct fault_rule **end = &out->first;
	const struct json *v = json_is_array(doc) ? json_first(doc) : doc;

	for (; v; v = json_is_array(doc) ? json_next(v) : NULL) {
		if (!json_is_object(v))
			return err_set(e, ERR_USAGE, "a fault rule is not an object");
		*end = read_rule(v, e);
		if (!*end)
			return false;
		end = &(*end)->next;
	}
	return true;
}

bool faults_add(struct fault_rules *r, const char *text, size_t n, struct err *e)
{
	struct json *doc = json_parse(text, n, SCENARIO_MAX, e);
	struct fault_rules fresh = {NULL};
	struct fault_rule **end = &r->first;
	bool ok = false;

	if (!doc)
		return false;
	ok = read_all(doc, &fresh, e);
	while (*end)
		end = &(*end)->next;
	if (ok)
		*end = fresh.first;
	else
		faults_clear(&fresh);
	json_free(doc);
	return ok;
}

static bool matches(const struct fault_rule *r, const struct request *q)
{
	return (!r->method || request_is(q, r->method)) &&
	       (!r->path_contains || strstr(q->target, r->path_contains)) &&
	       (r->fault.mode != FAULT_LIST_PAGE_ERROR || request_is_list(q));
}

struct fault faults_take(struct fault_rules *r, struct request *q)
{
	struct fault none = {.mode = FAULT_OK, .number = -1};

	for (struct fault_rule *rule = r->first; rule; rule = rule->next) {
		struct fault f = rule->fault;

		if (!matches(rule, q) || ++rule->seen < rule->nth || (rule->times > 0 && rule->applied >= rule->times))
			continue;
		rule->applied++;
		f.text = arena_dup(&q->arena, f.text);
		f.name = arena_dup(&q->arena, f.name);
		f.raw = arena_dup(&q->arena, f.raw);
		return f;
	}
	return none;
}

void faults_json(const struct fault_rules *r, struct buf *out)
{
	out_open(out, '[');
	for (const struct fault_rule *rule = r->first; rule; rule = rule->next) {
		out_open(out, '{');
		out_member(out, "mode", modes[rule->fault.mode].name);
		out_member(out, "method", rule->method);
		out_member(out, "path_contains", rule->path_contains);
		out_member_i64(out, "nth", rule->nth);
		out_member_i64(out, "times", rule->times);
		out_member_i64(out, "seen", rule->seen);
		out_member_i64(out, "applied", rule->applied);
		out_close(out, '}');
	}
	out_close(out, ']');
}
