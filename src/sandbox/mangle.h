#ifndef NUMDESK_SANDBOX_MANGLE_H
#define NUMDESK_SANDBOX_MANGLE_H
struct answer;
struct fault;
struct request;

/* Change the answer as the fault wants it: instead of the request's work for modes that do none, else after it. */
void mangle(struct request *q, struct answer *a, const struct fault *f);

#endif
