#include "numdesk/model/operation.h"

#include <string.h>

static const char *const kind_names[] = {
	[OP_BUY] = "buy", [OP_RELEASE] = "release", [OP_TRANSFER] = "transfer", [OP_CONFIGURE] = "configure",
};
_Static_assert(sizeof kind_names / sizeof kind_names[0] == OP_KIND_COUNT, "one name per kind");

static const char *const state_names[] = {
	[OP_PLANNED] = "planned", [OP_ARMED] = "armed", [OP_DONE] = "done", [OP_REJECTED] = "rejected",
	[OP_UNKNOWN] = "unknown", [OP_ABSENT] = "absent", [OP_CONFLICT] = "conflict", [OP_CANCELLED] = "cancelled",
	[OP_ABANDONED] = "abandoned",
};
_Static_assert(sizeof state_names / sizeof state_names[0] == OP_STATE_COUNT, "one name per state");

#define TO(state) (1u << (state))

/*
 * Nothing leaves done, rejected, cancelled or abandoned. Only armed can be rejected: a request that may have been
 * obeyed is settled by looking, never by a second answer. The four kinds share one table; how an unknown outcome is
 * looked up differs between them, where it may lead does not.
 */
static const unsigned moves[OP_STATE_COUNT] = {
	[OP_PLANNED] = TO(OP_ARMED) | TO(OP_CANCELLED),
	[OP_ARMED] = TO(OP_DONE) | TO(OP_REJECTED) | TO(OP_UNKNOWN),
	[OP_UNKNOWN] = TO(OP_DONE) | TO(OP_ABSENT) | TO(OP_CONFLICT),
	[OP_ABSENT] = TO(OP_DONE) | TO(OP_UNKNOWN) | TO(OP_ABANDONED),
	[OP_CONFLICT] = TO(OP_DONE) | TO(OP_ABANDONED),
};

const char *op_kind_name(enum op_kind k)
{
	return (unsigned)k < OP_KIND_COUNT ? kind_names[k] : "";
}

const char *op_state_name(enum op_state s)
{
	return (unsigned)s < OP_STATE_COUNT ? state_names[s] : "";
}

bool op_kind_parse(const char *s, enum op_kind *out)
{
	for (unsigned i = 0; s && i < OP_KIND_COUNT; i++)
		if (strcmp(s, kind_names[i]) == 0) {
			*out = (enum op_kind)i;
			return true;
		}
	return false;
}

bool op_state_parse(const char *s, enum op_state *out)
{
	for (unsigned i = 0; s && i < OP_STATE_COUNT; i++)
		if (strcmp(s, state_names[i]) == 0) {
			*out = (enum op_state)i;
			return true;
		}
	return false;
}

bool op_may_move(enum op_kind k, enum op_state from, enum op_state to)
{
	if ((unsigned)k >= OP_KIND_COUNT || (unsigned)from >= OP_STATE_COUNT || (unsigned)to >= OP_STATE_COUNT)
		return false;
	return moves[from] & TO(to);
}

bool op_is_open(enum op_state s)
{
	return TO(s) & (TO(OP_PLANNED) | TO(OP_ARMED) | TO(OP_UNKNOWN) | TO(OP_ABSENT) | TO(OP_CONFLICT));
}

bool op_is_unsure(enum op_state s)
{
	return op_is_open(s) && s != OP_PLANNED;
}
