#ifndef NUMDESK_SANDBOX_LIMITS_H
#define NUMDESK_SANDBOX_LIMITS_H

#include <stdbool.h>
struct answer;

/* Checks that several resources share; each answers with Twilio's error and returns false. */
bool limits_name(const char *name, struct answer *a);           /* 1..64 characters: 20002 */
bool limits_url(const char *url, const char *param, struct answer *a);          /* "" or http(s)://host...: 21402 */
bool limits_method(const char *method, const char *param, struct answer *a);    /* GET or POST */

#endif
