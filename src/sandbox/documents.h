#ifndef NUMDESK_SANDBOX_DOCUMENTS_H
#define NUMDESK_SANDBOX_DOCUMENTS_H

#include <stdbool.h>
struct answer;
struct principal;
struct request;
struct sandbox;

/*
 * POST numbers-upload /v1/Documents, multipart: the bill of the losing carrier. An image or a PDF by its first bytes
 * gets its mime_type; anything else, and a PDF with a password, gets "", as when the upload failed.
 */
void documents_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
/* A document of the account whose upload went well? */
bool document_is_good(struct sandbox *s, const char *account, const char *sid);

#endif
