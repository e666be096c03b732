#ifndef NUMDESK_SANDBOX_ACCOUNTS_H
#define NUMDESK_SANDBOX_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/sid.h"
struct answer;
struct principal;
struct request;
struct sandbox;

#define ACCOUNT_NAME_SIZE 260   /* 64 characters of UTF-8 and the NUL */

struct account {
	char sid[SID_SIZE], owner[SID_SIZE];    /* owner is sid itself for a parent */
	char name[ACCOUNT_NAME_SIZE], status[16], type[8], token[33];
	int64_t balance_micros, created, updated;
	bool is_test;
};
bool account_load(struct sandbox *s, const char *sid, struct account *a);
bool account_is_parent(const struct account *a);
/* Active, and so is its parent. */
bool account_is_active(struct sandbox *s, const struct account *a);

void accounts_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void accounts_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void accounts_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void accounts_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void accounts_balance(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
