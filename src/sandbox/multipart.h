#ifndef NUMDESK_SANDBOX_MULTIPART_H
#define NUMDESK_SANDBOX_MULTIPART_H

#include <stdbool.h>
struct request;

/* Take a multipart/form-data body apart: its fields into q->form, its first file into q->file. False: it is broken. */
bool multipart_parse(struct request *q);

#endif
