#include "numdesk/model/operation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/phone.h"
#include "numdesk/util/text.h"

const struct op_kind_info op_kinds[OP_KIND_COUNT] = {
#define OPKIND(id, ...) [OP_##id] = {__VA_ARGS__},
#include "numdesk/model/opkinds.def"
#undef OPKIND
};

static const char *const state_names[] = {
	[OP_PLANNED] = "planned", [OP_ARMED] = "armed", [OP_DONE] = "done", [OP_REJECTED] = "rejected",
	[OP_UNKNOWN] = "unknown", [OP_ABSENT] = "absent", [OP_CONFLICT] = "conflict", [OP_CANCELLED] = "cancelled",
	[OP_ABANDONED] = "abandoned",
};
_Static_assert(sizeof state_names / sizeof state_names[0] == OP_STATE_COUNT, "one name per state");

#define TO(state) (1u << (state))

/*
 * Nothing leaves done, rejected, cancelled or abandoned. Only armed can be rejected: a request that may have been
 * obeyed is settled by looking, never by a second answer. All kinds share one table; how an unknown outcome is
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
	return (unsigned)k < OP_KIND_COUNT ? op_kinds[k].name : "";
}

const char *op_state_name(enum op_state s)
{
	return (unsigned)s < OP_STATE_COUNT ? state_names[s] : "";
}

bool op_kind_parse(const char *s, enum op_kind *out)
{
	for (unsigned i = 0; s && i < OP_KIND_COUNT; i++)
		if (strcmp(s, op_kinds[i].name) == 0) {
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

bool op_has(enum op_kind k, unsigned flag)
{
	return (unsigned)k < OP_KIND_COUNT && (op_kinds[k].flags & flag);
}

const char *op_nouns(enum op_kind k, size_t n)
{
	return n == 1 ? op_kinds[k].noun : op_kinds[k].nouns;
}

void op_set_subject(struct operation *op, const char *subject)
{
	text_clean(op->subject, sizeof op->subject, subject, strlen(subject));
	if (!phone_is_e164(op->subject) || !text_copy(op->phone_number, sizeof op->phone_number, op->subject))
		op->phone_number[0] = '\0';
}

char *op_show_subject(const struct operation *op, char *dst, size_t dst_size)
{
	if (*op->phone_number)
		return phone_format(op->phone_number, dst, dst_size);
	snprintf(dst, dst_size, "%s", op->subject);
	return dst;
}

char *op_give_up_word(const struct operation *op, char dst[24])
{
	if (*op->phone_number)
		snprintf(dst, 24, "%s", phone_last4(op->phone_number));
	else
		snprintf(dst, 24, "%" PRId64, op->id);
	return dst;
}
